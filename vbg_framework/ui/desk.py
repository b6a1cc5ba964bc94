"""What every page needs: the workbench, the pass of its forms, and who sits at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from vbg_framework.learning.prediction.saved import Given
from vbg_framework.report.explanations import explanation_page
from vbg_framework.report.page import render
from vbg_framework.runs.evidence.why import why
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.ui.guard import FRAMED, Pass
from vbg_framework.ui.later import Later
from vbg_framework.ui.trials import Trials
from vbg_framework.ui.workbench import Workbench

WHO = "vbg-who"
"""Cookie with the name of the reviewer."""
YEAR = 365 * 86400  # seconds


@dataclass(frozen=True)
class Desk:
    """The workbench as a server shows it.

    Args:
        bench: what is looked at.
        known: the pass of those who may look.
        only_try: whether there is but the page that tries the model.
        trials: what was tried.
    """

    bench: Workbench
    known: Pass
    only_try: bool = False
    trials: Trials = field(default_factory=Trials)

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page; everything that comes from data is escaped."""
        shared = {"bench": self.bench, "secret": self.known.form, "who": who(request), "here": request.url.path,
                  "only_try": self.only_try}  # fmt: skip
        return HTMLResponse(render(template, shared | values), status)

    def pictures(self, place: int) -> list[tuple[int, str]]:
        """Row and key of each picture of a record."""
        keys = ((row, self.bench.thumbnails.key(row)) for row in self.bench.collection.views[place])
        return [(row, key) for row, key in keys if key]

    def explained(self, model: Later[FinishedRun], given: Given) -> HTMLResponse:
        """Why the model answers so: the page of `vbg explain`, to stand inside another one."""
        with self.bench.asking:
            result = why(model.wait(), given)
        return HTMLResponse(explanation_page(*result), headers={"Content-Security-Policy": FRAMED})

    def waiting(self, request: Request, later: Later[Any], what: str) -> Response:
        """A page that asks again by itself until something is there."""
        return self.page(request, "waiting.html.jinja", 202, what=what, progress=later.progress)


def desk(request: Request) -> Desk:
    """The desk that a request came to."""
    result: Desk = request.app.state.desk
    return result


def who(request: Request) -> str:
    """Name of the reviewer; "" = nobody has said it."""
    return unquote(request.cookies.get(WHO, ""))[:80]


def remember(response: Response, name: str) -> Response:
    """The response, which has the browser keep the name of the reviewer."""
    response.set_cookie(WHO, quote(name), max_age=YEAR, httponly=True, samesite="lax")
    return response
