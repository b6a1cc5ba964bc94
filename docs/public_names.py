"""Writes the public names into docs/toolkit.md in the words of the code: `python docs/public_names.py`."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import vbg_framework
from vbg_framework import toolkit

PAGE = Path(__file__).with_name("toolkit.md")


def written(page: str) -> str:
    """The page with what stands between its markers written anew."""
    for package in (vbg_framework, toolkit):
        name = package.__name__.rpartition(".")[2]
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        names = {module: [each for each in names if each[0] != "_"] for module, names in package.MODULES.items()}
        rows = ["| Name | What it is |", "| --- | --- |", *_rows(names)]
        text = "\n".join([begin, *rows, end])
        page = re.sub(f"{begin}.*?{end}", lambda _, text=text: text, page, flags=re.DOTALL)
    return page


def _rows(modules: dict[str, list[str]]) -> Iterator[str]:
    """A row per name, those of a module together."""
    for module, names in modules.items():
        for name in names:
            value = getattr(importlib.import_module(f"vbg_framework.{module}"), name)
            described = inspect.isclass(value) or inspect.isfunction(value)
            told = inspect.getdoc(value) if described else _below(f"vbg_framework.{module}", name)
            yield f"| `{name}` | {_first(told or '')} |"


def _below(module: str, name: str) -> str:
    """The string that follows the assignment of a name in its module, as tools for documentation read it."""
    body = ast.parse(inspect.getsource(importlib.import_module(module))).body
    for node, after in pairwise(body):
        if isinstance(node, ast.Assign) and [getattr(target, "id", "") for target in node.targets] == [name]:
            return after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else ""
    return ""


def _first(text: str) -> str:
    """Its first paragraph in one line."""
    return " ".join(text.partition("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
