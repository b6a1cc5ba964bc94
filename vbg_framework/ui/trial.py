"""The page to try a model: a photo and a text, an answer and why."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.ui.desk import Desk, desk
from vbg_framework.ui.form import Form, read_form
from vbg_framework.ui.later import Later
from vbg_framework.ui.trials import Trial


def form(request: Request) -> Response:
    """The form, and the answer to what was tried if its key is given."""
    here, loading = desk(request), _model(desk(request))
    key = request.path_params.get("key", "")
    trial = _trial(request) if key else None
    finished = loading.now()
    if finished is None:
        return here.waiting(request, loading, "Loading the model")
    model = finished.model
    return here.page(request, "trial.html.jinja", key=key, trial=trial, fields=model.fields(), tasks=model.tasks,
                     reads=model.experiment.modalities)  # fmt: skip


async def ask(request: Request) -> Response:
    """Ask the model about what was sent."""
    here = desk(request)
    given = await read_form(request, here.secret)
    return RedirectResponse(f"/try/{await run_in_threadpool(_asked, here, given)}", 303)


def reasons(request: Request) -> Response:
    """Why the model answered so, to stand inside another page."""
    here, trial = desk(request), _trial(request)
    return here.explained(_model(here), trial.given)


def picture(request: Request) -> Response:
    """The picture that was tried."""
    image = _trial(request).given.get("image")
    if image is None:
        raise HTTPException(404, "There was no picture.")
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return Response(buffer.getvalue(), media_type="image/jpeg")


def _model(here: Desk) -> Later[FinishedRun]:
    if here.bench.model is None:
        raise HTTPException(404, "Without a run there is no model to try.")
    return here.bench.model


def _trial(request: Request) -> Trial:
    trial = desk(request).trials.find(request.path_params["key"])
    if trial is None:
        raise HTTPException(404, "This trial is forgotten. Try again.")
    return trial


def _asked(here: Desk, form: Form) -> str:
    model = _model(here).wait().model
    given = _given(form, model.fields())
    with here.bench.asking:
        (answer,) = model.predict([given], tell=lambda _: None)
    return here.trials.keep(Trial(given, answer))


def _given(form: Form, fields: Mapping[str, list[str]]) -> dict[str, Any]:
    """What the form says, as the model takes it."""
    given: dict[str, Any] = {"id": "yours"}
    if form.picture:
        try:
            given["image"] = decode(form.picture)
        except ImageError as error:
            raise HTTPException(400, f"The picture cannot be used: {error}.") from None
    for modality, names in fields.items():
        said = {name: form.texts.get(f"{modality}-{number}", "").strip() for number, name in enumerate(names)}
        if any(said.values()):
            given[modality] = {name: text for name, text in said.items() if text}
    if len(given) == 1:
        raise HTTPException(400, "Give a photo or a text first.")
    return given
