"""Annotations as the Web Annotation Data Model has them (W3C 2017), which IIIF viewers read."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from vbg_framework.ui.annotation import Annotation
from vbg_framework.ui.collection import Collection

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
FRAGMENTS = "http://www.w3.org/TR/media-frags/"
AROUND = 32  # characters before and after the words that are marked


def page(annotations: Iterable[Annotation], collection: Collection, data: str) -> dict[str, Any]:
    """An `AnnotationPage`, ready for JSON.

    A picture is named by the hash of its content (RFC 6920, `ni:`), whatever address it has; its regions are
    `xywh=percent:` fragments, which hold for every size. A record is its link where the source gives one.

    Args:
        annotations: those that stand.
        collection: their records.
        data: name of the data set, which its annotations are told apart by.
    """
    places = {identity: place for place, identity in enumerate(collection.ids)}
    items = [_item(each, collection, places.get(each.id), data) for each in annotations]
    return {"@context": CONTEXT, "id": _urn(data), "type": "AnnotationPage", "items": items}


def _item(one: Annotation, collection: Collection, place: int | None, data: str) -> dict[str, Any]:
    purposes = {"tagging": one.term, "commenting": one.why}
    bodies = [{"type": "TextualBody", "purpose": name, "value": text} for name, text in purposes.items() if text]
    scope = _record(one.id, collection, place)
    targets = [_picture(one, scope)] * bool(one.region) + [_words(one, collection, place, scope)] * bool(one.words)
    motivation = "linking" if len(targets) > 1 else "tagging" if one.term else "highlighting"
    item = {"id": _urn(f"{data} {one.number} {one.when}"), "type": "Annotation", "motivation": motivation}
    made = {"created": one.when.replace("+00:00", "Z"), "creator": {"type": "Person", "name": one.who}}
    return {**item, **made, **({"body": bodies} if bodies else {}), "target": targets}


def _picture(one: Annotation, scope: str) -> dict[str, Any]:
    digest = base64.urlsafe_b64encode(bytes.fromhex(one.picture)).decode().rstrip("=")
    selector = {"type": "FragmentSelector", "conformsTo": FRAGMENTS, "value": f"xywh=percent:{one.region}"}
    source = {"id": f"ni:///sha-256;{digest}", "type": "Image"}
    return {"type": "SpecificResource", "source": source, "scope": scope, "selector": selector}


def _words(one: Annotation, collection: Collection, place: int | None, scope: str) -> dict[str, Any]:
    text = collection.texts(place).get(one.field, "") if place is not None else ""
    quoted: dict[str, Any] = {"type": "TextQuoteSelector", "exact": one.words}
    end = one.start + len(one.words)
    if text[one.start : end] == one.words:
        quoted |= {"prefix": text[max(0, one.start - AROUND) : one.start], "suffix": text[end : end + AROUND]}
    position = {"type": "TextPositionSelector", "start": one.start, "end": end}
    source = {"id": f"{scope}#{quote(one.field, safe='')}", "type": "Text"}
    return {"type": "SpecificResource", "source": source, "scope": scope, "selector": [quoted, position]}


def _record(identity: str, collection: Collection, place: int | None) -> str:
    link = str(collection.cell("source", int(collection.rows[place]))) if place is not None else ""
    return link if link.startswith(("http://", "https://")) else f"urn:x-record:{quote(identity, safe='')}"


def _urn(text: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, text)}"
