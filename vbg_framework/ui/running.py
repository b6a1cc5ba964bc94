"""Pages about runs and studies: what there is, how far it is, and opening it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.report.card import write_card
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.report.publish import study_page
from vbg_framework.ui.desk import desk
from vbg_framework.ui.form import read_form
from vbg_framework.ui.guard import FRAMED
from vbg_framework.ui.progress import progress
from vbg_framework.ui.training import Training

MOST = 200  # runs on the page
AGAIN = 3  # seconds between two looks at what is running


def runs(request: Request) -> Response:
    """All runs and studies, with the progress of those at work."""
    here = desk(request)
    folders = here.house.all_runs()
    known = [progress(run) for run in folders[:MOST]]
    studies = [_study(each) for each in here.house.all_studies()[:MOST]]
    return here.page(
        request, "runs.html.jinja", runs=known, count=len(folders), studies=studies, root=here.house.runs.absolute(),
        again=AGAIN if any(each.state == "running" for each in known) else None,
    )  # fmt: skip


def study(request: Request) -> Response:
    """One study: how far it is, and its report as it stands now."""
    here, folder = desk(request), _folder(request)
    plan = folder.fixed()[0]
    at_work = [folder.run(trial) for trial in plan.trials() if folder.run(trial).state == "running"]
    return here.page(
        request, "watch.html.jinja", study=_study(folder),
        arms=[arm.name for arm in plan.arms], running=[progress(run) for run in at_work],
        again=AGAIN if at_work else None,
    )  # fmt: skip


def study_report(request: Request) -> Response:
    """Verdict, forest plots, gates and samples of the arms, to stand inside another page."""
    return HTMLResponse(study_page(_folder(request)), headers={"Content-Security-Policy": FRAMED})


def run_report(request: Request) -> Response:
    """The report that a run wrote, to stand inside another page."""
    run = _run(request)
    if not (run.path / "report.html").is_file():
        raise HTTPException(404, "This run has no report yet.")
    return HTMLResponse((run.path / "report.html").read_bytes(), headers={"Content-Security-Policy": FRAMED})


async def open_another(request: Request) -> Response:
    """Open the run that is named; forms of the one that was open before are refused from now on."""
    here = desk(request)
    form = await read_form(request, here.secret)
    run = here.house.run(form.texts.get("run", ""))
    if run is None:
        raise HTTPException(404, "There is no such run.")
    here.enter(request, await run_in_threadpool(here.house.open, run), here.training)
    return RedirectResponse("/", 303)


def training(request: Request) -> Response:
    """The experiment that learns this collection: begin, and see how far it is."""
    here = desk(request)
    known = _training(request).runs()
    at_work = any(each.state == "running" for each in known)
    return here.page(request, "training.html.jinja", runs=known, experiment=_training(request).experiment,
                     at_work=at_work, again=AGAIN if at_work else None)  # fmt: skip


async def train(request: Request) -> Response:
    """Begin to train."""
    await read_form(request, desk(request).secret)
    await run_in_threadpool(_training(request).train)
    return RedirectResponse("/training", 303)


def card(request: Request) -> Response:
    """The data card, to stand inside another page."""
    bench = desk(request).bench
    with tempfile.TemporaryDirectory() as folder:
        path, _ = write_card(bench.collection.prepared, Path(folder), split=bench.split)
        return HTMLResponse(path.read_text(encoding="utf-8"), headers={"Content-Security-Policy": FRAMED})


def data(request: Request) -> Response:
    """The page with the data card."""
    return desk(request).page(request, "data.html.jinja")


def _training(request: Request) -> Training:
    result = desk(request).training
    if result is None:
        raise HTTPException(404, "Runs are started with: vbg run EXPERIMENT.")
    return result


def _run(request: Request) -> RunFolder:
    run = desk(request).house.run(request.path_params["name"])
    if run is None:
        raise HTTPException(404, "There is no such run.")
    return run


def _folder(request: Request) -> StudyFolder:
    folder = desk(request).house.study(request.path_params["name"])
    if folder is None:
        raise HTTPException(404, "There is no such study.")
    return folder


def _study(folder: StudyFolder) -> dict[str, Any]:
    trials = [*folder.fixed()[0].trials()]
    return {"name": folder.name, "done": sum(folder.finished(trial) for trial in trials), "count": len(trials)}
