"""EDM records of a file (Europeana Data Model, RDF/XML), one by one.

The properties of an object may stand at its `ProvidedCHO` or at an `ore:Proxy` of it, its pictures and rights at an
`ore:Aggregation`. What a property refers to (a concept, place, agent or time span) gives its labels. Source: Europeana
Data Model, definition 5.2.8, and its mapping guidelines 2.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from vbg_lido import FIELDS
from vbg_lido.language import Spoken
from vbg_lido.reader import Fields
from vbg_lido.xml_walk import Unreadable, language_of, name_of, refuse_document_type, safely

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
ABOUT, RESOURCE = f"{RDF}about", f"{RDF}resource"
PROPERTIES = {
    "type": ("type",),
    "classification": ("hasType",),
    "title": ("title", "alternative"),
    "inventory_number": ("identifier",),
    "repository": ("currentLocation", "dataProvider"),
    "description": ("description",),
    "measurements": ("extent",),
    "actor": ("creator", "contributor"),
    "period": ("temporal",),
    "date": ("created", "date", "issued"),
    "place": ("spatial", "coverage"),
    "material": ("medium",),
    "technique": ("format",),
    "subject": ("subject",),
    "image": ("isShownBy", "object"),
    "licence": ("rights",),
}
"""Field -> properties that hold it; the first that is there counts."""
LINKS = ("aggregatedCHO", "proxyFor")
OF_EDM = ("isShownBy", "rights")  # dc:rights of an object is a note, edm:rights the licence of its picture
EDM = "{http://www.europeana.eu/schemas/edm/}"


def edm_records(path: Path) -> Iterator[Fields | None]:
    """Yield field -> values of every object, in the order of the file; the elements of one `rdf:RDF` are held at once.

    Raises:
        Unreadable: from here on the file is not XML, it declares a document type, or it holds no object at all.
    """
    yield from safely(path, _records)


def _records(path: Path) -> Iterator[Fields | None]:
    refuse_document_type(path)
    first, count, open_ = "", 0, 0
    for event, element in ElementTree.iterparse(path, ("start", "end")):
        first = first or name_of(element)
        if element.tag == f"{RDF}RDF":
            open_ += 1 if event == "start" else -1
        if event == "end" and element.tag == f"{RDF}RDF":
            for fields in _objects(element):
                count += 1
                yield fields
            element.clear()
        elif event == "end" and name_of(element) == "header" and element.get("status") == "deleted":
            count += 1
            yield None
        elif event == "end" and not open_:
            element.clear()
    if not count:
        raise Unreadable(f"file holds no EDM object, got the element '{first}'")


def _objects(rdf: Any) -> Iterator[Fields]:
    """The objects of one `rdf:RDF`, each with what stands at its proxies and aggregations."""
    language = language_of(rdf, "")
    parts: dict[str, list[Any]] = {element.get(ABOUT, ""): [] for element in rdf if name_of(element) == "ProvidedCHO"}
    contexts: dict[str, Any] = {}
    for element in rdf:
        about = element.get(ABOUT, "")
        owner = next((child.get(RESOURCE, "") for child in element if name_of(child) in LINKS), about)
        if owner in parts:
            parts[owner].append(element)
        contexts.setdefault(about, element)
    for about, elements in parts.items():
        yield _fields(about, elements, contexts, language)


def _fields(about: str, elements: list[Any], contexts: dict[str, Any], around: str) -> Fields:
    result: Fields = {field: [] for field in FIELDS}
    result["id"] = [("", about)] if about else []
    held = [(child, language_of(child, language_of(element, around))) for element in elements for child in element]
    for field, names in PROPERTIES.items():
        for name in names:
            own = [(child, spoken) for child, spoken in held if _is_called(child, name)]
            result[field] = result[field] or [
                each for child, spoken in own for each in _values(child, spoken, contexts)
            ]
    spans = [contexts[child.get(RESOURCE)] for child, _ in held if child.get(RESOURCE) in contexts]
    for field in ("begin", "end"):
        result[field] = [("", text) for span in spans for text in _texts(span, field)]
    return result


def _is_called(element: Any, name: str) -> bool:
    return name_of(element) == name and (name not in OF_EDM or element.tag.startswith(EDM))


def _values(element: Any, spoken: str, contexts: dict[str, Any]) -> list[Spoken]:
    """The element's own text, or the labels of what it refers to; without any, what it refers to."""
    if text := " ".join((element.text or "").split()):
        return [(spoken, text)]
    inside = next(iter(element), None)  # RDF/XML may write what is referred to in its place
    resource = element.get(RESOURCE) or (inside.get(ABOUT, "") if inside is not None else "")
    context = inside if inside is not None else contexts.get(resource)
    labels = [] if context is None else [child for child in context if name_of(child) == "prefLabel"]
    told = [(language_of(child, spoken), " ".join((child.text or "").split())) for child in labels]
    return [each for each in told if each[1]] or ([("", resource)] if resource else [])


def _texts(element: Any, name: str) -> list[str]:
    return [text for child in element if name_of(child) == name and (text := " ".join((child.text or "").split()))]
