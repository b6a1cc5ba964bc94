"""Annotations that people send from the page of an object, and the file of all of them."""

from __future__ import annotations

import re
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vbg_framework.ui.annotation import Annotation
from vbg_framework.ui.desk import Desk, desk
from vbg_framework.ui.entering import enter
from vbg_framework.ui.form import Form
from vbg_framework.ui.web_annotation import page

SIDES = ("left", "top", "right", "bottom")
JSON_LD = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


class Words(NamedTuple):
    """Words of a record: the field, where they begin, and how they stand there."""

    field: str = ""
    start: int = 0
    words: str = ""


async def annotate(request: Request) -> Response:
    """Enter an annotation, or take back one's own; whoever sees the next page knows that it is on the disk."""
    return await enter(request, _entered, _place)


def exported(request: Request) -> Response:
    """All annotations that stand, as Web Annotations in JSON-LD."""
    bench = desk(request).bench
    found = page(bench.file.annotations.standing(), bench.collection, bench.title)
    headers = {"Content-Disposition": 'attachment; filename="annotations.json"'}
    return JSONResponse(found, media_type=JSON_LD, headers=headers)


def _place(form: Form, place: int) -> str:
    return f"/object/{place}?view={form.number('view')}#annotations"


def _entered(here: Desk, form: Form, name: str) -> int:
    """The place of the record that an annotation was about."""
    collection, place, file = here.bench.collection, form.number("place"), here.bench.file.annotations
    if place >= len(collection):
        raise HTTPException(400, "There is no such record.")
    identity = collection.ids[place]
    if number := form.number("number"):
        own = [each for each in file.standing() if (each.number, each.who, each.id) == (number, name, identity)]
        if not own:
            raise HTTPException(409, "This annotation is not yours, or was taken back before.")
        file.add(Annotation(identity, who=name, undone=number))
        return place
    region, words, term = _region(form), _words(here, form, place), form.line("term")
    if bool(region) + bool(words.words) + bool(term) < 2:
        raise HTTPException(400, "Mark a region or words and give a term, or mark both.")
    picture = _picture(here, form, place) if region else ""
    file.add(Annotation(identity, picture, region, *words, term, name, form.line("why")))
    return place


def _region(form: Form) -> str:
    """Left, top, width and height in per cent; "" = none was drawn."""
    written = [form.texts.get(side, "").strip() for side in SIDES]
    if not any(written):
        return ""
    try:
        left, top, right, bottom = (round(float(each), 2) for each in written)
    except (ValueError, OverflowError):
        raise HTTPException(400, "A region needs four numbers in per cent.") from None
    if not (0 <= left < right <= 100 and 0 <= top < bottom <= 100):
        raise HTTPException(400, "A region lies within its picture, and has a width and a height.")
    return ",".join(f"{value:g}" for value in (left, top, round(right - left, 2), round(bottom - top, 2)))


def _picture(here: Desk, form: Form, place: int) -> str:
    """The hash of the picture that a region was drawn on."""
    rows, view = here.bench.collection.views[place], form.number("view")
    digest = here.bench.collection.cell("sha256", rows[view]) if view < len(rows) else None
    if not digest:
        raise HTTPException(400, "The record has no such picture.")
    return str(digest)


def _words(here: Desk, form: Form, place: int) -> Words:
    """Where the marked words stand; line breaks and spaces between them may differ from what was sent."""
    said, field = form.texts.get("words", "").split(), form.texts.get("field", "")
    if not said:
        return Words()
    text = str(here.bench.collection.texts(place).get(field, ""))
    found = [*re.finditer(r"\s+".join(map(re.escape, said)), text)]
    if not found:
        raise HTTPException(400, "These words do not stand in this text.")
    near = min(found, key=lambda each: abs(each.start() - form.number("start")))
    return Words(field, near.start(), near[0])
