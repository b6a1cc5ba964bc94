# `uv run just` lists these. Each line is a command that also works by itself.

set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

[private]
default:
    @just --list

# Format, lint and check the types
check:
    uv run ruff check .
    uv run ruff format --check .
    uv run mypy

# Tests that train nothing and start little
quick:
    uv run pytest -m "not slow and not full and not gpu"

# All tests that need no further packages
test:
    uv run pytest

# Every test, with all packages that some compare with
full:
    uv sync --group full
    uv run --group full pytest -m ""

# All tests, and which lines they reach
coverage:
    uv run pytest --cov --cov-report=term --cov-report=html

# Write the pages that are made from the code
pages:
    uv run python docs/tables.py
    uv run python docs/elements.py
    uv run python docs/checks.py
    uv run python docs/public_names.py
    uv run python docs/rooms.py
    uv run python docs/gallery.py

# Build the documentation site; broken links are errors
docs:
    uv run zensical build --strict

# Build the site, the source distribution and the wheel, and try the wheel in an environment of its own
dist: docs
    uv build
    uv run --isolated --no-project --with dist/vbg_framework-*.whl vbg plugins
    uv run --isolated --no-project --with dist/vbg_framework-*.whl vbg check quickstart
