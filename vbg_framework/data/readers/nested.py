"""Values inside the values of JSON: `classification.term` is the `term` of the object `classification`. Light."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

DEEPEST = 3  # names of a path
MOST = 200  # paths below one key that are listed


def paths(row: Mapping[str, Any]) -> Iterator[str]:
    """Dotted paths of the values inside the objects of a row, also of those in its lists; those that names have not.

    A list of objects counts as one object with all their keys.
    """
    for key, value in row.items():
        result = dict.fromkeys(_below(key, value, 2))
        yield from (path for path in list(result)[:MOST] if path not in row)


def inside(row: Mapping[str, Any], path: str) -> Any:
    """What stands at a dotted path; a list where objects of a list have it, the value alone if one has."""
    results: list[Any] = [row]
    listed = False
    for name in path.split("."):
        values = [each[name] for each in results if isinstance(each, Mapping) and each.get(name) is not None]
        listed = listed or any(isinstance(value, list) for value in values)
        results = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return results if listed and len(results) > 1 else results[0] if results else None


def _below(path: str, value: Any, depth: int) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, Mapping):
            continue
        for key, inner in one.items():
            if _holds_objects(inner) and depth < DEEPEST:
                yield from _below(f"{path}.{key}", inner, depth + 1)
            elif not _holds_objects(inner):
                yield f"{path}.{key}"


def _holds_objects(value: Any) -> bool:
    return any(isinstance(one, Mapping) for one in (value if isinstance(value, list) else [value]))
