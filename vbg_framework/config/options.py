"""Nested options: merging, `--set`, and turning pydantic's complaints into one line each. Light."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import ValidationError

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.yaml_file import parse_yaml
from vbg_framework.contracts.spec import Config

C = TypeVar("C", bound=Config)
UNIONS = (Union, UnionType)
HERE = "\0"
"""Stands in messages about a held component for its place, which only the complaint about its holder knows."""


class Misplaced(ValueError):
    """A mistake in the options of a component that another one holds; its messages name `HERE`."""

    def __init__(self, error: VBGError) -> None:
        self.error = error
        super().__init__(str(error))


class Named(dict[Any, Any]):
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


def validated(config: type[C], options: Mapping[str, Any], where: str, plugins: Any = None) -> C:
    """Check options against a config class.

    Args:
        config: the class.
        options: as they were given.
        where: what messages begin with.
        plugins: where components among the options are looked up; None = among those that are installed.

    Raises:
        VBGError: one line per mistake, each naming where, what, and the known keys.
    """
    try:
        return config.model_validate(dict(options), context=plugins)
    except ValidationError as error:
        raise _complaint(config, error, where) from None


def _complaint(config: type[Config], error: ValidationError, where: str) -> VBGError:
    first, *rest = [_line(config, detail, where) for detail in error.errors()]
    more = "".join(f"\n{VBGError(*line)}" for line in rest)
    return VBGError(first[0], first[1], first[2] + more)


def _line(config: type[Config], detail: Any, where: str) -> tuple[str, str, str]:
    loc = [part for part in detail["loc"] if "[" not in str(part)] or [""]  # pydantic's names of types are no keys
    *parents, last = loc
    inner = _walk(config, parents)
    known = [key for each in inner for key in each.model_fields]
    config_path = ".".join([where, *map(str, parents)])
    if isinstance(problem := detail.get("ctx", {}).get("error"), Misplaced):
        config_path = ".".join([where, *map(str, loc)])
        told = problem.error
        return (
            told.where.replace(HERE, config_path),
            told.what.replace(HERE, config_path),
            told.fix.replace(HERE, config_path),
        )
    if detail["type"] == "extra_forbidden":
        return config_path, f"unknown key '{last}'", did_you_mean(str(last), known)
    if detail["type"] == "missing":
        return config_path, f"key '{last}' is missing", f"Add it. {_describe(inner, str(last))}".strip()
    message = detail["msg"].removeprefix("Value error, ")
    config_path = ".".join([where, *(str(part) for part in loc if part in known or part in parents)])
    return config_path, f"{message[0].lower()}{message[1:]}{_got(detail)}", _describe(inner, str(last))


def _got(detail: Any) -> str:
    value = detail["input"]
    return "" if isinstance(value, (Mapping, Config)) else f", got {value!r}"


def _walk(config: type[Config], path: Sequence[Any]) -> list[type[Config]]:
    """The config classes that may stand at a path of fields, keys and places in lists."""
    results: list[Any] = [config]
    for part in path:
        results = list(chain.from_iterable(_below(each, part) for each in results))
    return [each for each in results if isinstance(each, type) and issubclass(each, Config)]


def _below(annotation: Any, part: Any) -> list[Any]:
    """What may stand at a field of a config class, or in a list or mapping; all there is where the part is a tag."""
    if isinstance(annotation, type) and issubclass(annotation, Config):
        field = annotation.model_fields.get(part)
        return _choices(field.annotation) if field else [annotation]
    inner = [each for each in get_args(annotation) if each is not Ellipsis]
    if issubclass(get_origin(annotation) or object, Mapping):
        inner = inner[1:]
    return list(chain.from_iterable(map(_choices, inner)))


def _choices(annotation: Any) -> list[Any]:
    """The types of a union; a type alone is one."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _choices(get_args(annotation)[0])
    if origin is None or origin is Literal or (isinstance(origin, type) and origin not in UNIONS):
        return [annotation]
    return list(chain.from_iterable(map(_choices, get_args(annotation))))


def _describe(configs: Sequence[type[Config]], key: str) -> str:
    fields = [each.model_fields[key] for each in configs if key in each.model_fields]
    return f"({key}: {' '.join(fields[0].description.split())})" if fields and fields[0].description else ""
