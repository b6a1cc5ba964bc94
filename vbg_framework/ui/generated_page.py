"""The page of one generated record: what it shows, what it was asked for, and what it was made from."""

from __future__ import annotations

from typing import Any

import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.ui.desk import Desk, desk
from vbg_framework.ui.generated import Generated, texts
from vbg_framework.ui.query import Query


def show(request: Request) -> Response:
    """A generated record, and the two beside it among those that were asked for."""
    here = desk(request)
    shelf, place = _known(here, request)
    query = Query.read({**request.query_params, "origin": "generated"}, here.bench.collection)
    places = shelf.found(query)
    index = np.flatnonzero(places == place)
    rank = int(index[0]) + 1 if len(index) else 0
    return here.page(
        request, "generated.html.jinja", query=query, count=len(places), rank=rank, **_facts(here, shelf, place),
        before=int(places[rank - 2]) if rank > 1 else None,
        after=int(places[rank]) if 0 < rank < len(places) else None,
    )  # fmt: skip


def picture(request: Request) -> Response:
    """Its picture, `small` or `whole`."""
    shelf, place = _known(desk(request), request)
    size = request.path_params["size"]
    found = shelf.picture(place, size) if size in ("small", "whole") else None
    if found is None:
        raise HTTPException(404, "There is no such picture.")
    return Response(found[0], media_type=found[1])


def _known(here: Desk, request: Request) -> tuple[Generated, int]:
    shelf = here.bench.generated.wait() if here.bench.generated else None
    place = int(request.path_params["place"])
    if shelf is None or place >= len(shelf):
        raise HTTPException(404, "There is no such generated record.")
    return shelf, place


def _facts(here: Desk, shelf: Generated, place: int) -> dict[str, Any]:
    made = shelf.made[place]
    origin, places = made.origin, here.bench.places
    labels = {name: ", ".join(each.names("truth", place)) for name, each in shelf.labels.items()}
    facts = {"made by": f"{origin.generator} {origin.version}" if origin else "", "licence": made.licence}
    return {
        "place": place, "id": made.id, "labels": labels, "facts": facts, "texts": texts(made),
        "metadata": made.inputs.get("metadata") or {}, "pictured": made.inputs.get("image") is not None,
        "asked": dict(origin.request) if origin else {},
        "sources": [(name, places.get(name)) for name in (origin.sources if origin else ())],
    }  # fmt: skip
