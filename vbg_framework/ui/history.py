"""Everything that was decided, conflicts first, and the file of corrections."""

from __future__ import annotations

import io

from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.data.preparation.corrections import COLUMNS
from vbg_framework.runs.evidence.doubt_files import write_rows
from vbg_framework.ui.corrections_file import lines
from vbg_framework.ui.decision import by_label, heads, is_conflict, taken_back
from vbg_framework.ui.desk import desk

MOST = 500  # decisions on the page


def history(request: Request) -> Response:
    """The conflicts, and the last decisions."""
    here = desk(request)
    known = here.bench.file.ledger.decisions()
    conflicts = [(key, heads(about)) for key, about in by_label(known).items() if is_conflict(about)]
    return here.page(
        request, "history.html.jinja", conflicts=conflicts, decisions=known[: -MOST - 1 : -1], count=len(known),
        written=sum(1 for _ in lines(known)), gone=taken_back(known),
    )  # fmt: skip


def corrections(request: Request) -> Response:
    """What stands in the file of corrections."""
    text = io.StringIO()
    write_rows(text, COLUMNS, lines(desk(request).bench.file.ledger.decisions()))
    headers = {"Content-Disposition": 'attachment; filename="corrections.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv", headers=headers)
