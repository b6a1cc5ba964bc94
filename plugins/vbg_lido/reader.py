"""LIDO records of a file, one by one. Document types, and with them entities, are refused before anything is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from vbg_lido import FIELDS

CHUNK = 1 << 16  # bytes


class Unreadable(ValueError):
    """A file of which nothing more can be read; the message is the reason in words."""


def lido_records(path: Path) -> Iterator[dict[str, list[str]]]:
    """Yield field -> values of every `lido` element, in order, in constant memory.

    Raises:
        Unreadable: from here on the file is not XML, or it declares a document type.
    """
    try:
        _refuse_document_type(path)
        yield from _elements(path)
    except (OSError, ElementTree.ParseError, expat.ExpatError) as error:
        raise Unreadable(f"file breaks off here, got {error}") from error


def _elements(path: Path) -> Iterator[dict[str, list[str]]]:
    parents: list[Any] = []
    for event, element in ElementTree.iterparse(path, ("start", "end")):
        if event == "start":
            parents.append(element)
            continue
        parents.pop()
        if _name(element) == "lido":
            yield _fields(element)
            if parents:  # forget what was read
                parents[-1].clear()


def _fields(record: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {field: [] for field in FIELDS}
    for path, element in _walk(record, ""):
        for field, ending in FIELDS.items():
            if path.endswith("/" + ending):
                found[field] += [text for text in _texts(element) if text not in found[field]]
    return found


def _walk(element: Any, path: str) -> Iterator[tuple[str, Any]]:
    path = f"{path}/{_name(element)}"
    yield path, element
    for child in element:
        yield from _walk(child, path)


def _texts(element: Any) -> list[str]:
    """The element's own text, or its terms."""
    terms = [child.text for child in element if _name(child) == "term"] or [element.text]
    return [plain for text in terms if (plain := " ".join((text or "").split()))]


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Begun(Exception):
    """The first element is there."""


def _refuse_document_type(path: Path) -> None:
    """Read up to the first element: entities can only be declared before it."""

    def begin(*_: Any) -> None:
        raise _Begun

    def refuse(*_: Any) -> None:
        raise Unreadable("file declares a document type, which could hide entities")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = begin, refuse
    with path.open("rb") as file, suppress(_Begun):
        while chunk := file.read(CHUNK):
            parser.Parse(chunk)
