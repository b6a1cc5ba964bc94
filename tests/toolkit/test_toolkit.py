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


@pytest.mark.parametrize(("script", "page"), [("public_names", "toolkit.md"), ("rooms", "architecture.md")])
def test_a_page_says_what_the_code_says(script, page):
    spec = importlib.util.spec_from_file_location(script, DOCS / f"{script}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text = (DOCS / page).read_text(encoding="utf-8")
    assert module.written(text) == text, f"run: python docs/{script}.py"
