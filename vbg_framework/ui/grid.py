"""The page of the collection: pictures, search, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.collection import PARTS
from vbg_framework.ui.decision import Decision, Key, by_label, heads, is_conflict
from vbg_framework.ui.desk import Desk, desk
from vbg_framework.ui.query import ORIGINS, PAGE, SORTS, Query
from vbg_framework.ui.rival import CHANGES, Rival
from vbg_framework.ui.workbench import Workbench


def grid(request: Request) -> Response:
    """One page of the records that are asked for."""
    here = desk(request)
    query = Query.read(request.query_params, here.bench.collection)
    waiting = _generated(here, request) if query.origin else waited(here, request, query)
    if waiting is not None:
        return waiting
    made = here.bench.generated.made() if query.origin and here.bench.generated else None
    places = chosen(here, query) if made is None else made.found(query)
    last = max(1, -(-len(places) // PAGE))
    page = min(query.page, last)
    some = places[(page - 1) * PAGE : page * PAGE]
    cards = tiles(here, query, some) if made is None else [made.tile(query.task, int(place)) for place in some]
    return here.page(
        request, "grid.html.jinja", query=query, count=len(places), page=page, last=last, sorts=SORTS, parts=PARTS,
        changes=CHANGES, origins=ORIGINS, options=_options(here, query), tiles=cards,
        total=len(here.bench.collection if made is None else made),
    )  # fmt: skip


def chosen(here: Desk, query: Query) -> np.ndarray:
    """The places of the records that are asked for, in order."""
    bench = here.bench
    plane = bench.plane.made() if bench.plane else None
    apart = bench.disagreement.made() if bench.disagreement else None
    return query.found(bench.collection, bench.doubted(query.task), beside(here, query), plane, apart)


def waited(here: Desk, request: Request, query: Query) -> Response | None:
    """A page that waits for what a query needs to know first; None = all of it is there."""
    if query.needs_doubts and (waiting := _doubted(here, request, query)) is not None:
        return waiting
    if query.apart and (waiting := _asked_alone(here, request)) is not None:
        return waiting
    return laid(here, request) if query.area else None


def _generated(here: Desk, request: Request) -> Response | None:
    later = here.bench.generated
    if later is None:
        raise VBGError("origin", "no run is open that generated records", "Open one whose experiment has an augmenter.")
    return here.waiting(request, later, "Reading the generated records") if later.now() is None else None


def _doubted(here: Desk, request: Request, query: Query) -> Response | None:
    later = here.bench.doubts
    if later is None:
        raise VBGError("doubt", "no run is open, and without one nobody doubts a label", "Open one on the page Runs.")
    if later.now() is None:
        return here.waiting(request, later, "Looking for labels to doubt")
    if here.bench.doubted(query.task) is None:
        what = f"'{query.task}' has several labels per record, whose doubt is not known"
        raise VBGError("doubt", what, "Choose another task.")
    return None


def _asked_alone(here: Desk, request: Request) -> Response | None:
    later = here.bench.disagreement
    if later is None:
        raise VBGError(
            "apart", "no run with two inputs is open", "Open one whose model reads two, such as image and text."
        )
    return here.waiting(request, later, "Asking the model about each input alone") if later.now() is None else None


def laid(here: Desk, request: Request) -> Response | None:
    """A page that waits for the map; None = it is there.

    Raises:
        HTTPException: there is none without a run.
    """
    if here.bench.plane is None:
        raise HTTPException(404, "Without a run there is no map: encoders lay it out.")
    return here.waiting(request, here.bench.plane, "Asking the encoders") if here.bench.plane.now() is None else None


def beside(here: Desk, query: Query) -> Rival | None:
    """The run that stands beside the one that is open; None = none was named.

    Raises:
        VBGError: it is not there, or see `Workbench.beside`.
    """
    if not query.other:
        return None
    other = here.house.run(query.other)
    if other is None:
        raise VBGError("other", f"there is no run '{query.other}'", "Choose one on the page Runs.")
    return here.bench.beside(other)


def _options(here: Desk, query: Query) -> dict[str, Sequence[str]]:
    collection = here.bench.collection
    classes = collection.labels[query.task].task.classes if query.task else ()
    return {"task": [*collection.labels], "classes": classes, "missing": [*collection.missing]}


def tiles(here: Desk, query: Query, places: np.ndarray) -> list[dict[str, Any]]:
    """The cards of records."""
    decided = by_label(here.bench.file.ledger.decisions())
    shown, rival = [tile(here.bench, query.task, int(place), decided) for place in places], beside(here, query)
    there = rival.labels.get(query.task) if rival else None
    if there:
        shown = [each | {"there": there.names("predicted", each["place"])} for each in shown]
    apart = here.bench.disagreement.made() if query.apart and here.bench.disagreement else None
    return [each | {"alone": apart.said(query.task, each["place"])} for each in shown] if apart else shown


def tile(
    bench: Workbench, task: str, place: int, decided: Mapping[Key, Sequence[Decision]] | None = None
) -> dict[str, Any]:
    """What a small card of a record shows."""
    collection = bench.collection
    row = int(collection.rows[place])
    known: dict[str, Any] = {"place": place, "id": collection.ids[place], "part": collection.part(place), "row": row}
    known |= {"key": bench.thumbnails.key(row), "views": len(collection.views[place])}
    if not task:
        return known
    labels = collection.labels[task]
    known |= {"true": labels.names("truth", place), "predicted": labels.names("predicted", place)}
    known |= {"answered": bool(labels.answered[place] >= 0), "said": labels.said(place)[:1]}
    about = (decided or {}).get((collection.ids[place], task), [])
    return known | {"corrected": [each.value for each in heads(about)], "conflict": is_conflict(about)}
