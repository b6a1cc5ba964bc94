"""What every page needs: the workbench, the pass of its forms, and who sits at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from vbg_framework.learning.explanation.pointing import Box
from vbg_framework.learning.prediction.saved import Given
from vbg_framework.report.explanations import explanation_page
from vbg_framework.report.page import render
from vbg_framework.runs.evidence.why import why
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.ui.beginning import Beginning
from vbg_framework.ui.guard import FRAMED, Pass
from vbg_framework.ui.house import House
from vbg_framework.ui.later import Later
from vbg_framework.ui.training import Training
from vbg_framework.ui.trials import Trials
from vbg_framework.ui.workbench import Workbench

R = TypeVar("R", bound=Response)
WHO = "vbg-who"
"""Cookie with the name of the reviewer."""
YEAR = 365 * 86400  # seconds
OF_RUNS = [("/map", "Map"), ("/confusion", "Confusion"), ("/doubt", "Doubt")]


@dataclass(frozen=True)
class Desk:
    """The workbench as a server shows it.

    Args:
        room: what is looked at; None = nothing is open yet.
        known: the pass of those who may look.
        house: what else can be opened.
        only: `try` or `review` = there is but the page that tries the model, or that reviews generated records.
        beginning: the source that a data set is to be made of; None = there is none.
        training: the runs of its experiment.
        opening: how many things were open before this one.
        trials: what was tried.
    """

    room: Workbench | None
    known: Pass
    house: House
    only: str = ""
    beginning: Beginning | None = None
    training: Training | None = None
    opening: int = 0
    trials: Trials = field(default_factory=Trials)

    @property
    def is_open(self) -> bool:
        """Whether a collection is looked at."""
        return self.room is not None

    @property
    def bench(self) -> Workbench:
        """What is looked at.

        Raises:
            HTTPException: nothing is.
        """
        if self.room is None:
            raise HTTPException(404, "Nothing is open yet. Choose a run on the page Runs.")
        return self.room

    @property
    def secret(self) -> str:
        """What every form must hold; forms of what was open before do not."""
        return f"{self.known.form}{self.opening or ''}"

    def enter(self, request: Request, bench: Workbench, training: Training | None) -> None:
        """Open something else, for everybody who looks."""
        request.app.state.desk = replace(self, room=bench, training=training, opening=self.opening + 1)

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page; everything that comes from data is escaped."""
        shared = {"bench": self.room, "secret": self.secret, "who": who(request), "here": request.url.path,
                  "only": self.only, "pages": self._pages(), "again": None}  # fmt: skip
        return HTMLResponse(render(template, shared | values), status)

    def _pages(self) -> list[tuple[str, str]]:
        """Address and name of the pages that there are."""
        if self.only:
            return []
        if self.room is None:
            return [("/", "Begin")] * bool(self.beginning) + [("/runs", "Runs")]
        has_run = self.room.run is not None
        first = [("/", "Collection"), *OF_RUNS] if has_run else [("/", "Collection")]
        blind = [("/review", "Review")] * (self.room.blind is not None)
        trained = [("/training", "Training")] if self.training else []
        return [*first, ("/history", "Decisions"), *blind, *[("/try", "Try it")] * has_run, ("/data", "Data"), *trained,
                ("/runs", "Runs")]  # fmt: skip

    def pictures(self, place: int) -> list[tuple[int, str]]:
        """Row and key of each picture of a record."""
        keys = ((row, self.bench.thumbnails.key(row)) for row in self.bench.collection.views[place])
        return [(row, key) for row, key in keys if key]

    def explained(self, model: Later[FinishedRun], given: Given, boxes: Sequence[Box] = ()) -> HTMLResponse:
        """Why the model answers so: the page of `vbg explain`, to stand inside another one; `boxes` are people's."""
        with self.bench.asking:
            result = why(model.wait(), given)
        return HTMLResponse(explanation_page(*result, boxes=boxes), headers={"Content-Security-Policy": FRAMED})

    def waiting(self, request: Request, later: Later[Any], what: str) -> Response:
        """A page that asks again by itself until something is there."""
        return self.page(request, "waiting.html.jinja", 202, what=what, progress=later.progress, again=2)


def desk(request: Request) -> Desk:
    """The desk that a request came to."""
    result: Desk = request.app.state.desk
    return result


def who(request: Request) -> str:
    """Name of the reviewer; "" = nobody has said it."""
    return unquote(request.cookies.get(WHO, ""))[:80]


def remember(response: R, name: str) -> R:
    """The response, which has the browser keep the name of the reviewer."""
    response.set_cookie(WHO, quote(name), max_age=YEAR, httponly=True, samesite="lax")
    return response
