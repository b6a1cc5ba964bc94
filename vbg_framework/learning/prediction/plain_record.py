"""Records as JSON and bytes: what names their content, and what another machine reads them from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vbg_framework.contracts.record import Record, Rejected

Plain = list[Any]
"""What `json` writes of a record."""


class NotPlain(TypeError):
    """A record holds what neither JSON nor bytes can say, such as a picture in memory."""


def plain(record: Record | Rejected, blobs: list[bytes]) -> Plain:
    """What a model can read of a record.

    Args:
        record: the record.
        blobs: gets the bytes that stand in it.

    Raises:
        NotPlain: it holds something else.
    """
    if isinstance(record, Rejected):
        return [record.id, record.source, record.reason]
    return [record.id, record.source, _plain(record.inputs, blobs), _plain(record.targets, blobs)]


def record_of(given: Plain, blobs: Sequence[bytes]) -> Record | Rejected:
    """The record that `plain` was given, as far as a model can read it."""
    if len(given) == 3:
        return Rejected(given[1], given[2], given[0])
    return Record(given[0], _value(given[2], blobs), _value(given[3], blobs), source=given[1])


def files(given: Any) -> list[str]:
    """The paths that stand in a plain value."""
    if isinstance(given, dict):
        return [given["path"]] if "path" in given else files(list(given.get("fields", {}).values()))
    return [path for each in given for path in files(each)] if isinstance(given, list) else []


def _plain(value: Any, blobs: list[bytes]) -> Any:
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, bytes):
        blobs.append(value)
        return {"bytes": len(blobs) - 1}
    if isinstance(value, Path):
        return {"path": str(value)}
    if isinstance(value, ValueError):
        return {"problem": str(value)}
    if isinstance(value, Mapping):
        return {"fields": {str(name): _plain(each, blobs) for name, each in value.items()}}
    if isinstance(value, list | tuple):
        return [_plain(each, blobs) for each in value]
    raise NotPlain(type(value).__name__)


def _value(given: Any, blobs: Sequence[bytes]) -> Any:
    if isinstance(given, list):
        return [_value(each, blobs) for each in given]
    if not isinstance(given, dict):
        return given
    ((kind, held),) = given.items()
    if kind == "fields":
        return {name: _value(each, blobs) for name, each in held.items()}
    return blobs[held] if kind == "bytes" else Path(held) if kind == "path" else ValueError(held)
