"""The public names, and the page that lists them."""

import importlib.util
import inspect
from pathlib import Path

import pytest

from vbg_framework import toolkit

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("name", toolkit.__all__)
def test_every_name_exists_and_says_what_it_is(name):
    value = getattr(toolkit, name)
    assert not inspect.ismodule(value)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert inspect.getdoc(value)


def script(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_public_names_says_what_the_code_says():
    text = (DOCS / "toolkit.md").read_text(encoding="utf-8")
    assert script("public_names").written(text) == text, "run: python docs/public_names.py"


def test_the_diagram_of_packages_shows_their_imports():
    assert (DOCS / "images" / "rooms.svg").read_text(encoding="utf-8") == script("rooms").drawn(), (
        "run: python docs/rooms.py"
    )
