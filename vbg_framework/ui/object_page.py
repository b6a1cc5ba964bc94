"""The page of one object: pictures, texts, answers, why, what is alike, what was decided."""

from __future__ import annotations

from typing import Any

import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.runs.evidence.similar import of_record, similar
from vbg_framework.ui.decision import Decision, by_label, heads, is_conflict
from vbg_framework.ui.desk import Desk, desk
from vbg_framework.ui.grid import beside, chosen, tile, waited
from vbg_framework.ui.labels import Labels
from vbg_framework.ui.query import Query

SHOWN = 6  # classes of an answer, and records alike


def thing(request: Request) -> Response:
    """An object, and the two beside it among those that were asked for."""
    here, place = desk(request), _place(request)
    query = Query.read(request.query_params, here.bench.collection)
    if (waiting := waited(here, request, query)) is not None:
        return waiting
    alike = here.bench.evidence if "alike" in request.query_params else None
    if alike and alike.now() is None:
        return here.waiting(request, alike, "Asking the encoders about every record")
    return here.page(
        request, "object.html.jinja", query=query, shown=SHOWN, **_facts(here, place), **_beside(here, query, place),
        **_marked(here, request, place),
        near=_alike(here, place, query.task), there=_there(here, query, place), around=_around(here, place),
    )  # fmt: skip


def _around(here: Desk, place: int) -> str:
    """The square of the map around a record; "" = it is not there, or nobody has asked for the map yet."""
    plane = here.bench.plane.made() if here.bench.plane else None
    return plane.around(place) if plane else ""


def _there(here: Desk, query: Query, place: int) -> dict[str, list[tuple[str, float]]]:
    """Task -> classes and probabilities of the run beside the one that is open."""
    rival = beside(here, query)
    return {task: labels.said(place) for task, labels in rival.labels.items()} if rival else {}


def reasons(request: Request) -> Response:
    """Why the model answers so: the page of `vbg explain`, to stand inside another one."""
    here, place = desk(request), _place(request)
    if here.bench.model is None or here.bench.items is None:
        raise HTTPException(404, "Without a run there is no answer to explain.")
    collection, file = here.bench.collection, here.bench.file.annotations
    shown = collection.cell("sha256", int(collection.rows[place]))
    boxes = [each.box for each in file.standing() if each.id == collection.ids[place] and each.picture == shown]
    return here.explained(here.bench.model, here.bench.items.record(place), [box for box in boxes if box])


def _place(request: Request) -> int:
    place = int(request.path_params["place"])
    if place >= len(desk(request).bench.collection):
        raise HTTPException(404, "There is no such object.")
    return place


def _facts(here: Desk, place: int) -> dict[str, Any]:
    collection = here.bench.collection
    about = by_label(here.bench.file.ledger.decisions())
    own = {task: about.get((collection.ids[place], task), []) for task in collection.labels}
    first = int(collection.rows[place])
    facts = {name: collection.cell(name, first) for name in ("group", "licence", "source", "cluster")}
    return {
        "place": place, "id": collection.ids[place], "part": collection.part(place), "facts": facts,
        "pictures": here.pictures(place), "texts": collection.texts(place),
        "metadata": collection.metadata(place),
        "tasks": [label(labels, place, own[task]) for task, labels in collection.labels.items()],
    }  # fmt: skip


def _marked(here: Desk, request: Request, place: int) -> dict[str, Any]:
    """What was marked on an object, and the picture on which more can be marked."""
    collection = here.bench.collection
    known = [each for each in here.bench.file.annotations.standing() if each.id == collection.ids[place]]
    asked, shown = request.query_params.get("view", ""), here.pictures(place)
    view = int(asked) if asked.isdecimal() and len(asked) < 4 and int(asked) < len(collection.views[place]) else 0
    row = collection.views[place][view]
    digest = collection.cell("sha256", row)
    return {
        "marks": known, "view": view, "sheet": next((each for each in shown if each[0] == row), None),
        "boxes": [(each.box, each.term) for each in known if each.region and each.picture == digest],
        "others": [(number, other) for number, other in enumerate(collection.views[place]) if other != row],
        "terms": sorted({name for task in collection.tasks for name in task.classes}),
    }  # fmt: skip


def label(labels: Labels, place: int, about: list[Decision]) -> dict[str, Any]:
    """What is known and was decided of one label."""
    row = int(labels.answered[place])
    return {
        "task": labels.task, "true": labels.names("truth", place), "predicted": labels.names("predicted", place),
        "said": labels.said(place), "set": labels.sets[row] if row >= 0 and len(labels.sets) else (),
        "wrong": bool(labels.wrong[place]), "decisions": about, "heads": heads(about), "conflict": is_conflict(about),
        "seen": about[-1].number if about else 0,
    }  # fmt: skip


def _beside(here: Desk, query: Query, place: int) -> dict[str, Any]:
    """The objects before and after this one; None at the ends, or where this one is not among them."""
    places = chosen(here, query)
    found = np.flatnonzero(places == place)
    if not len(found):
        return {"before": None, "after": None, "rank": 0, "count": len(places)}
    index = int(found[0])
    return {
        "before": int(places[index - 1]) if index else None, "rank": index + 1, "count": len(places),
        "after": int(places[index + 1]) if index + 1 < len(places) else None,
    }  # fmt: skip


def _alike(here: Desk, place: int, task: str) -> list[dict[str, Any]] | None:
    """Cards of the records most like it; None = nobody has asked the encoders yet."""
    evidence = here.bench.evidence.made() if here.bench.evidence else None
    identity = here.bench.collection.ids[place]
    if evidence is None or identity not in evidence.names:
        return None
    near = similar(evidence, of_record(evidence, evidence.ids[evidence.place(identity)]), without=identity, count=SHOWN)
    places = [here.bench.places[evidence.names[evidence.place(each.id)]] for each in near]
    return [tile(here.bench, task, other) | {"near": each.similarity} for other, each in zip(places, near, strict=True)]
