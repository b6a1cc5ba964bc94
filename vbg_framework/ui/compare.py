"""The page of two runs side by side, whose counts lead to their records."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.study.comparison.rivals import CAVEAT, Rivalry
from vbg_framework.study.conclusion.phrases import points, span
from vbg_framework.ui.desk import desk
from vbg_framework.ui.grid import beside
from vbg_framework.ui.query import Query
from vbg_framework.ui.rival import CHANGES, Rival


def compare(request: Request) -> Response:
    """What the open run answers otherwise than the one that is named: per task the interval, gained and lost."""
    here, query = desk(request), Query(other=request.path_params["name"])
    rival = beside(here, query)
    assert rival is not None
    return here.page(
        request, "compare.html.jinja", rival=rival, query=query, changes=CHANGES, caveat=CAVEAT,
        tasks=[_task(rival, result) for result in rival.results],
    )  # fmt: skip


def _task(rival: Rival, result: Rivalry) -> dict[str, Any]:
    return {
        "result": result, "counts": rival.counts(result.task), "points": points(result.difference),
        "span": span(result.interval), "verdict": _verdict(result),
    }  # fmt: skip


def _verdict(result: Rivalry) -> str:
    if result.interval is None:
        return "cannot be told"
    return "better" if result.interval.low > 0 else "worse" if result.is_worse else "no clear difference"
