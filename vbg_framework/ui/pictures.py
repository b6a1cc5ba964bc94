"""The pictures of the collection, by the number of their row."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.ui.desk import desk
from vbg_framework.ui.thumbnails import JPEG

FOREVER = "private, max-age=31536000, immutable"
"""An address names the content of its picture."""


def picture(request: Request) -> Response:
    """A picture, `small` or `whole`."""
    here = desk(request)
    row, size = int(request.path_params["row"]), request.path_params["size"]
    if row >= len(here.bench.collection.prepared.table) or size not in ("small", "whole"):
        raise HTTPException(404, "There is no such picture.")
    small = here.bench.thumbnails.small(row) if size == "small" else None
    found = (small, JPEG) if small else here.bench.thumbnails.whole(row)
    if found is None:
        raise HTTPException(404, "There is no such picture.")
    is_named = request.query_params.get("v") == here.bench.thumbnails.key(row)
    return Response(found[0], media_type=found[1], headers={"Cache-Control": FOREVER} if is_named else None)
