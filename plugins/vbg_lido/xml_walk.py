"""What the readers of XML share: nothing is parsed of a file that declares a document type, and so no entity."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree
from xml.parsers import expat

from vbg_framework.toolkit import FETCH, POINTER, is_pointer

T = TypeVar("T")
CHUNK = 1 << 16  # bytes
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class Unreadable(ValueError):
    """A file of which nothing more can be read; the message is the reason in words."""


def safely(path: Path, read: Callable[[Path], Iterator[T]]) -> Iterator[T]:
    """What `read` yields of a file; whatever goes wrong is `Unreadable`.

    Raises:
        Unreadable: from here on the file is not what it should be, or it declares a document type.
    """
    try:
        if is_pointer(path):
            raise Unreadable(f"file {POINTER}: {FETCH}")
        yield from read(path)
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable("file nests its elements too deep to be a catalogue") from None
    except (OSError, ElementTree.ParseError, expat.ExpatError, ValueError, LookupError) as error:
        raise Unreadable(f"file breaks off here, got {error}") from error


def language_of(element: Any, around: str) -> str:
    """The language tag of an element in lower case: its own, else that of what is around it."""
    return element.get(LANGUAGE, around).strip().lower().replace("_", "-")


def name_of(element: Any) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Begun(Exception):
    """The first element is there."""


def refuse_document_type(path: Path) -> None:
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
