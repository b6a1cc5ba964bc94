"""Writes the signatures of all public names into tests/signatures.json: `python docs/signatures.py`."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "tests" / "signatures.json"
PACKAGES = (
    "vbg_framework",
    *(f"vbg_framework.{name}" for name in ("paths", "screen", "statistics", "testing", "toolkit")),
)


def signatures() -> dict[str, str]:
    """Public name, or method of a public class -> its arguments."""
    found = {}
    for package in PACKAGES:
        module = importlib.import_module(package)
        for name in getattr(module, "__all__", None) or _own(module):
            found |= _signatures(f"{package}.{name}", getattr(module, name))
    return dict(sorted(found.items()))


def _own(module: Any) -> list[str]:
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]


def _signatures(place: str, value: Any) -> dict[str, str]:
    if inspect.isclass(value):
        methods = {name: each for name, each in vars(value).items() if not name.startswith("_")}
        told = {f"{place}.{name}": _told(each) for name, each in methods.items() if callable(_bare(each))}
        return {place: _told(value), **told}
    return {place: _told(value)}


def _bare(value: Any) -> Any:
    return getattr(value, "__func__", value)


def _told(value: Any) -> str:
    """The arguments with their defaults, without types, which may become more exact."""
    try:
        parameters = inspect.signature(_bare(value)).parameters.values()
    except (TypeError, ValueError):
        return "value"
    plain = [each.replace(annotation=inspect.Parameter.empty) for each in parameters]
    return str(inspect.Signature([each.replace(default=_default(each)) for each in plain]))


def _default(parameter: inspect.Parameter) -> Any:
    """A default whose text is the same everywhere."""
    given = parameter.default
    return given if given is inspect.Parameter.empty or isinstance(given, str | int | float | bool | None) else ...


def written() -> str:
    """The text of the file."""
    return json.dumps(signatures(), indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
