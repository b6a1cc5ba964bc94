"""LIDO records of a file, one by one. Document types, and with them entities, are refused before anything is parsed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from vbg_framework.toolkit import FETCH, POINTER, is_pointer
from vbg_lido import FIELDS
from vbg_lido.language import Spoken

CHUNK = 1 << 16  # bytes
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
EDM = "{http://www.europeana.eu/schemas/edm/}"
Fields = dict[str, list[Spoken]]


class Unreadable(ValueError):
    """A file of which nothing more can be read; the message is the reason in words."""


def lido_records(path: Path) -> Iterator[Fields | None]:
    """Yield field -> values with their languages of every `lido` element, in order, in constant memory.

    None stands for a record of which a harvest (OAI-PMH) says that it was deleted. The language of a value is that of
    the nearest element that names one.

    Raises:
        Unreadable: from here on the file is not XML, it declares a document type, or it holds no LIDO record at all.
    """
    try:
        if is_pointer(path):
            raise Unreadable(f"file {POINTER}: {FETCH}")
        _refuse_document_type(path)
        yield from _Elements().read(path)
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("file nests its elements too deep to be a catalogue") from None
    except (OSError, ElementTree.ParseError, expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable(f"file breaks off here, got {error}") from error


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
        self.open.append((element, _language(element, self.open[-1][1] if self.open else "")))
        self.inside += _name(element) == "lido"
        self.first = self.first or _name(element)
        self.is_edm |= element.tag.startswith(EDM)

    def _end(self, element: Any) -> Iterator[Fields | None]:
        _, language = self.open.pop()
        if _name(element) == "lido":
            self.inside -= 1
            self.any = True
            yield _fields(element, language)
        elif not self.inside and _name(element) == "header" and element.get("status") == "deleted":
            self.any = True
            yield None
        if self.open and not self.inside:
            self.open[-1][0].clear()

    def _other_kind(self) -> str:
        if self.is_edm:
            return "file holds EDM, not LIDO: export it as LIDO, or as a table for `type: table`"
        return f"file holds no LIDO record, got the element '{self.first}'"


def _fields(record: Any, language: str) -> Fields:
    found: Fields = {field: [] for field in FIELDS}
    for path, element, spoken in _walk(record, "", language):
        for field, ending in FIELDS.items():
            if path.endswith("/" + ending):
                found[field] += _texts(element, spoken)
    return found


def _walk(element: Any, path: str, language: str) -> Iterator[tuple[str, Any, str]]:
    path, language = f"{path}/{_name(element)}", _language(element, language)
    yield path, element, language
    for child in element:
        yield from _walk(child, path, language)


def _texts(element: Any, language: str) -> list[Spoken]:
    """The element's own text, or its terms."""
    own = [(language, element.text)]
    terms = [(_language(child, language), child.text) for child in element if _name(child) == "term"] or own
    return [(spoken, plain) for spoken, text in terms if (plain := " ".join((text or "").split()))]


def _language(element: Any, around: str) -> str:
    return element.get(LANGUAGE, around).strip().lower().replace("_", "-")


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
