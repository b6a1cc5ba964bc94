"""LIDO records of a file, one by one. Document types, and with them entities, are refused before anything is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from vbg_lido import FIELDS
from vbg_lido.language import Spoken
from vbg_lido.xml_walk import Unreadable, language_of, name_of, refuse_document_type, safely

EDM = "{http://www.europeana.eu/schemas/edm/}"
Fields = dict[str, list[Spoken]]


def lido_records(path: Path) -> Iterator[Fields | None]:
    """Yield field -> values with their languages of every `lido` element, in order, in constant memory.

    None stands for a record of which a harvest (OAI-PMH) says that it was deleted. The language of a value is that of
    the nearest element that names one.

    Raises:
        Unreadable: from here on the file is not XML, it declares a document type, or it holds no LIDO record at all.
    """
    yield from safely(path, _records)


def _records(path: Path) -> Iterator[Fields | None]:
    refuse_document_type(path)
    yield from _Elements().read(path)


class _Elements:
    """Walks through a file; what lies outside of `lido` elements is forgotten at once."""

    def __init__(self) -> None:
        self.open: list[tuple[Any, str]] = []  # the elements around the current place with their languages
        self.inside = 0  # how many of them are `lido`
        self.first, self.is_edm, self.any = "", False, False

    def read(self, path: Path) -> Iterator[Fields | None]:
        for event, element in ElementTree.iterparse(path, ("start", "end")):
            if event == "start":
                self._begin(element)
            else:
                yield from self._end(element)
        if not self.any:
            raise Unreadable(self._other_kind())

    def _begin(self, element: Any) -> None:
        self.open.append((element, language_of(element, self.open[-1][1] if self.open else "")))
        self.inside += name_of(element) == "lido"
        self.first = self.first or name_of(element)
        self.is_edm |= element.tag.startswith(EDM)

    def _end(self, element: Any) -> Iterator[Fields | None]:
        _, language = self.open.pop()
        if name_of(element) == "lido":
            self.inside -= 1
            self.any = True
            yield _fields(element, language)
        elif not self.inside and name_of(element) == "header" and element.get("status") == "deleted":
            self.any = True
            yield None
        if self.open and not self.inside:
            self.open[-1][0].clear()

    def _other_kind(self) -> str:
        if self.is_edm:
            return "file holds EDM, not LIDO: read it with `type: edm`"
        return f"file holds no LIDO record, got the element '{self.first}'"


def _fields(record: Any, language: str) -> Fields:
    result: Fields = {field: [] for field in FIELDS}
    for path, element, spoken in _walk(record, "", language):
        for field, ending in FIELDS.items():
            if path.endswith("/" + ending):
                result[field] += _texts(element, spoken)
    return result


def _walk(element: Any, path: str, language: str) -> Iterator[tuple[str, Any, str]]:
    path, language = f"{path}/{name_of(element)}", language_of(element, language)
    yield path, element, language
    for child in element:
        yield from _walk(child, path, language)


def _texts(element: Any, language: str) -> list[Spoken]:
    """The element's own text, or its terms."""
    own = [(language, element.text)]
    terms = [(language_of(child, language), child.text) for child in element if name_of(child) == "term"] or own
    return [(spoken, plain) for spoken, text in terms if (plain := " ".join((text or "").split()))]
