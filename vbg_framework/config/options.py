"""Nested options: merging, `--set`, and turning pydantic's complaints into one line each. Light."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.yaml_file import parse_yaml
from vbg_framework.contracts.spec import Config

C = TypeVar("C", bound=Config)


class Named(dict):
    """The options of a component that was given by its name: they replace, they never merge."""


def merge(base: Any, over: Any) -> Any:
    """`over` on top of `base`: mappings merge key by key, anything else is replaced.

    A component given by name, or a mapping with another `type`, replaces the whole: options belong to their type.
    """
    if isinstance(over, Named):
        return dict(over)
    if not (isinstance(base, Mapping) and isinstance(over, Mapping)):
        return over
    if "type" in over and over["type"] != base.get("type"):
        return dict(over)
    return {**base, **{key: merge(base.get(key), value) for key, value in over.items()}}


def parse_sets(assignments: Iterable[str]) -> dict[str, Any]:
    """Turn `["train.steps=10", "fusion=null"]` into nested options; a later assignment wins.

    Raises:
        VBGError: an assignment has no `=`, no key, a value that is not YAML, or is below one that is no mapping.
    """
    nested: dict[str, Any] = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        path = key.strip().split(".")
        if not equals or not all(path):
            raise VBGError("--set", f"expected a.b=value, got '{assignment}'", "Example: --set train.steps=200.")
        value = parse_yaml(text, f"--set {key}")
        _check_below(nested, path)
        for part in reversed(path):
            value = {part: value}
        nested = merge(nested, value)
    return nested


def _check_below(nested: Any, path: Sequence[str]) -> None:
    """An option of a component named before would silently take the name's place."""
    for depth, part in enumerate(path):
        if not isinstance(nested, Mapping):
            what = f"is set to {nested!r} already, got an option of it: {'.'.join(path)}"
            raise VBGError(f"--set {'.'.join(path[:depth])}", what, "Give both as one mapping: {type: ..., options}.")
        if part not in nested:
            return
        nested = nested[part]


def validated(config: type[C], options: Mapping[str, Any], where: str) -> C:
    """Check options against a config class.

    Raises:
        VBGError: one line per mistake, each naming where, what, and the known keys.
    """
    try:
        return config.model_validate(dict(options))
    except ValidationError as error:
        raise _complaint(config, error, where) from None


def _complaint(config: type[Config], error: ValidationError, where: str) -> VBGError:
    first, *rest = [_line(config, detail, where) for detail in error.errors()]
    more = "".join(f"\n{VBGError(*line)}" for line in rest)
    return VBGError(first[0], first[1], first[2] + more)


def _line(config: type[Config], detail: Any, where: str) -> tuple[str, str, str]:
    *parents, last = detail["loc"] or ("",)
    inner, known = _walk(config, parents)
    place = ".".join([where, *map(str, parents)])
    if detail["type"] == "extra_forbidden":
        return place, f"unknown key '{last}'", did_you_mean(str(last), known)
    if detail["type"] == "missing":
        return place, f"key '{last}' is missing", f"Add it. {_describe(inner, str(last))}".strip()
    message = detail["msg"].removeprefix("Value error, ")
    place = ".".join([where, *(str(part) for part in detail["loc"] if part in known or part in parents)])
    return place, f"{message[0].lower()}{message[1:]}{_got(detail)}", _describe(inner, str(last))


def _got(detail: Any) -> str:
    value = detail["input"]
    return "" if isinstance(value, (Mapping, Config)) else f", got {value!r}"


def _walk(config: type[Config], path: list) -> tuple[Any, list[str]]:
    """The config class at a path of field names, as far as it leads, and its keys."""
    for part in path:
        field = getattr(config, "model_fields", {}).get(part)
        inner = field.annotation if field else None
        config = inner if isinstance(inner, type) and issubclass(inner, Config) else config
    return config, list(config.model_fields)


def _describe(config: Any, key: str) -> str:
    field = getattr(config, "model_fields", {}).get(key)
    return f"({key}: {field.description})" if field and field.description else ""
