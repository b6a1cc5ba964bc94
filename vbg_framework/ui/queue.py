"""The queue of labels to doubt: one at a time, decided by keyboard."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vbg_framework.runs.evidence.doubt import Doubt, Doubts
from vbg_framework.ui.decision import Decision, Key, by_label, heads, is_conflict, skipped_by
from vbg_framework.ui.desk import Desk, desk, who
from vbg_framework.ui.object_page import label


def queue(request: Request) -> Response:
    """The most doubtful label that nobody has decided, or the one at the place that is asked for."""
    here = desk(request)
    if here.bench.doubts is None:
        return here.page(request, "queue.html.jinja", tasks=[], row=None, left=0, task="", result=None)
    known = here.bench.doubts.now()
    if known is None:
        return here.waiting(request, here.bench.doubts, "Looking for labels to doubt")
    task = request.query_params.get("task", "")
    if task not in known:
        return RedirectResponse("/", 303) if not known else _shown(here, request, known[next(iter(known))])
    return _shown(here, request, known[task])


def _shown(here: Desk, request: Request, result: Doubts) -> Response:
    decided = by_label(here.bench.file.ledger.decisions())
    left = [row for row in result.flagged if _is_open(row, decided, who(request))]
    asked = request.query_params.get("at", "")
    rows = {here.bench.places[row.id]: row for row in result.rows} if asked else {}
    row = rows.get(int(asked) if asked.isdecimal() else -1, left[0] if left else None)
    return here.page(
        request, "queue.html.jinja", tasks=_tasks(here), task=result.task.name, result=result, row=row, left=len(left),
        **(_facts(here, row, decided) if row else {}),
    )  # fmt: skip


def _is_open(row: Doubt, decided: dict[Key, list[Decision]], name: str) -> bool:
    about = decided.get((row.id, row.task), [])
    return not skipped_by(about, name) and (not heads(about) or is_conflict(about))


def _tasks(here: Desk) -> list[str]:
    return [task.name for task in here.bench.collection.tasks if not task.multi_label]


def _facts(here: Desk, row: Doubt, decided: dict[Key, list[Decision]]) -> dict[str, Any]:
    collection, place = here.bench.collection, here.bench.places[row.id]
    likely = [*row.likely, *(name for name in (row.suggested, row.label) if name not in row.likely)]
    return {
        "place": place, "pictures": here.pictures(place), "texts": collection.texts(place),
        "metadata": collection.metadata(place), "keys": [(str(n), name) for n, name in enumerate(likely[:9], start=1)],
        "known": label(collection.labels[row.task], place, decided.get((row.id, row.task), [])),
    }  # fmt: skip
