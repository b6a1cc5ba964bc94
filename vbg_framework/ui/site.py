"""All pages of the workbench and their addresses. No address names a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vbg_framework.base.errors import VBGError
from vbg_framework.ui import (
    annotating,
    compare,
    confusion,
    deciding,
    generated_page,
    history,
    lobby,
    map_page,
    object_page,
    pictures,
    queue,
    reviewing,
    running,
    trial,
)
from vbg_framework.ui.beginning import Beginning
from vbg_framework.ui.desk import Desk, desk
from vbg_framework.ui.guard import Guard, Pass
from vbg_framework.ui.house import House
from vbg_framework.ui.workbench import Workbench

HERE = Path(__file__).parent
ASSETS = {
    "page.css": (HERE.parent / "report" / "page.css", "text/css"),
    "desk.css": (HERE / "static" / "desk.css", "text/css"),
    "icon.svg": (HERE / "static" / "icon.svg", "image/svg+xml"),
    "draw.js": (HERE / "static" / "draw.js", "text/javascript"),
    "keys.js": (HERE / "static" / "keys.js", "text/javascript"),
    "zoom.js": (HERE / "static" / "zoom.js", "text/javascript"),
}
"""All files that are ever sent, read when the server starts."""
TRY = [
    Route("/try", trial.form), Route("/try", trial.ask, methods=["POST"]), Route("/try/{key:str}", trial.form),
    Route("/try/{key:str}/why", trial.reasons), Route("/try/{key:str}/picture", trial.picture),
]  # fmt: skip
REVIEW = [
    Route("/review", reviewing.review), Route("/review", reviewing.judge, methods=["POST"]),
    Route("/review/picture/{number:str}", reviewing.picture), Route("/review/results", reviewing.results),
    Route("/review/answers.json", reviewing.saved),
]  # fmt: skip
ONLY = {"try": [Route("/", trial.form), *TRY], "review": [Route("/", reviewing.review), *REVIEW]}
PAGES = [
    Route("/", lobby.home), Route("/begin", lobby.begin, methods=["POST"]),
    Route("/confusion", confusion.confusion), Route("/object/{place:int}", object_page.thing),
    Route("/object/{place:int}/why", object_page.reasons), Route("/picture/{row:int}/{size:str}", pictures.picture),
    Route("/map", map_page.show), Route("/map/picture", map_page.picture),
    Route("/generated/{place:int}", generated_page.show),
    Route("/generated/{place:int}/{size:str}", generated_page.picture),
    Route("/doubt", queue.queue), Route("/decide", deciding.decide, methods=["POST"]),
    Route("/annotate", annotating.annotate, methods=["POST"]), Route("/annotations.json", annotating.exported),
    Route("/history", history.history), Route("/corrections.csv", history.corrections),
    Route("/data", running.data), Route("/data/card", running.card), Route("/training", running.training),
    Route("/training", running.train, methods=["POST"]), Route("/runs", running.runs),
    Route("/runs", running.open_another, methods=["POST"]), Route("/runs/{name:path}/report", running.run_report),
    Route("/runs/{name:path}/compare", compare.compare),
    Route("/studies/{name:path}/report", running.study_report), Route("/studies/{name:path}", running.study),
]  # fmt: skip


def make_site(
    room: Workbench | None, known: Pass, house: House, *, only: str = "", beginning: Beginning | None = None
) -> Starlette:
    """The application.

    Args:
        room: what is looked at; None = nothing yet.
        known: the pass of those who may look.
        house: what else can be opened.
        only: a key of `ONLY` = leave out all other pages.
        beginning: the source that a data set is to be made of.
    """
    pages = ONLY[only] if only else [*PAGES, *TRY, *REVIEW]
    site = Starlette(
        routes=[*pages, *_assets()], middleware=[Middleware(Guard, known=known)],
        exception_handlers={VBGError: _mistake, HTTPException: _refused, Exception: _broken},
    )  # fmt: skip
    site.state.desk = Desk(room, known, house, only, beginning)
    return site


def _assets() -> list[Route]:
    return [Route(f"/static/{name}", _asset(path.read_bytes(), kind)) for name, (path, kind) in ASSETS.items()]


def _asset(content: bytes, kind: str) -> Any:
    def send(_: Request) -> Response:
        return Response(content, media_type=kind, headers={"Cache-Control": "private, max-age=60"})

    return send


def _mistake(request: Request, error: Exception) -> Response:
    return desk(request).page(request, "refused.html.jinja", 400, message=str(error))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return desk(request).page(request, "refused.html.jinja", error.status_code, message=error.detail)


def _broken(request: Request, error: Exception) -> Response:
    what = f"This is a fault of the program ({type(error).__name__}). What was decided before is kept."
    return desk(request).page(request, "refused.html.jinja", 500, message=what)
