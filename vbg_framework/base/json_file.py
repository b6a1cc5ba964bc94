"""Reading JSON that may be damaged: one reader for every file that the framework writes. Light."""

from __future__ import annotations

import json
from math import isinf
from pathlib import Path
from typing import Any, TypeVar

from vbg_framework.base.errors import VBGError
from vbg_framework.base.regular_file import regular

T = TypeVar("T")
FIX = "Restore the file, or run again."


def read_json(path: Path, kind: type[T] | Any = object, fix: str = FIX) -> Any:
    """The content of a file, of which the shape is checked.

    Args:
        path: the file.
        kind: what it must be, as pydantic reads types: a `TypedDict`, `dict[str, int]`, a dataclass.
        fix: what to do about a damaged one.

    Raises:
        VBGError: it is missing, cannot be read, or has another shape; the message names the file and the place in it.
    """
    try:
        value = parse_json(regular(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise VBGError(str(path), "no such file", fix) from None
    except (OSError, ValueError, RecursionError) as error:
        raise VBGError(str(path), f"is damaged ({_short(error)})", fix) from None
    return value if kind is object else shaped(value, kind, str(path), fix)


def parse_json(text: str | bytes) -> Any:
    """A JSON value whose numbers are finite: Python reads `NaN` and `1e999` as well, and no file of ours holds them.

    Raises:
        ValueError: it is none.
    """
    return json.loads(text, parse_constant=_refused, parse_float=_finite)


def shaped(value: Any, kind: type[T] | Any, where: str, fix: str = FIX) -> Any:
    """The value as it was given, if it has the shape of a type.

    Raises:
        VBGError: it has another one.
    """
    from pydantic import TypeAdapter, ValidationError  # a tenth of a second

    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "its content"
        raise VBGError(where, f"is damaged ({place}: {first['msg'].lower()})", fix) from None
    return value


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise ValueError(f"{digits[:20]} is larger than any number")
    return number


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
