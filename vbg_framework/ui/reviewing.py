"""Pages on which people review records without knowing which are generated."""

from __future__ import annotations

from typing import Any

from filelock import FileLock
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vbg_framework.report.review_form import FLAWS
from vbg_framework.ui.blind import Blind
from vbg_framework.ui.desk import Desk, desk, who
from vbg_framework.ui.entering import enter
from vbg_framework.ui.form import Form
from vbg_framework.ui.judgement import Judgement, Judgements, answers, handed_in
from vbg_framework.ui.later import Later

CLASS = (("1", "yes", "yes"), ("2", "no", "no"), ("3", "unsure", "cannot tell"))
AUTHENTIC = (("r", "real", "a real object"), ("g", "generated", "generated"))
"""Key, value and words of each answer."""


def review(request: Request) -> Response:
    """The item that is asked for, or the first that the reviewer has not answered."""
    here, later = desk(request), _later(desk(request))
    blind = later.now()
    if blind is None:
        return here.waiting(request, later, "Drawing the records")
    said, name = here.bench.file.judgements.of(blind.form.id), who(request)
    own = answers(said)[name]["answers"] if name in answers(said) else {}
    left = [item for item in blind.form.items if not _is_whole(own.get(str(item["number"])))]
    items = {str(item["number"]): item for item in blind.form.items}
    chosen = items.get(request.query_params.get("at", ""), left[0] if left else None)
    is_done = name in handed_in(said)
    return here.page(
        request, "blind.html.jinja", blind=blind, item=None if is_done else chosen, left=len(left), is_done=is_done,
        count=len(items), flaws=FLAWS, asked={"class": CLASS, "authentic": AUTHENTIC},
        own=own.get(str(chosen["number"])) if chosen else None,
    )  # fmt: skip


def picture(request: Request) -> Response:
    """The picture of an item."""
    found = _blind(desk(request)).pictures.get(request.path_params["number"])
    if found is None:
        raise HTTPException(404, "There is no such picture.")
    return Response(found, media_type="image/jpeg")


async def judge(request: Request) -> Response:
    """Enter what somebody says of an item, or that they are done; it is on the disk before the next page."""
    return await enter(request, _entered, lambda form, place: place)


def results(request: Request) -> Response:
    """How far everybody is; and, for whoever has handed in, what was found and how far reviewers agree so far."""
    here, name = desk(request), who(request)
    blind = _blind(here)
    said = here.bench.file.judgements.of(blind.form.id)
    done = handed_in(said)
    people = [(one, sum(map(_is_whole, each["answers"].values())), one in done) for one, each in answers(said).items()]
    seen = {alone: blind.results(said, done=alone) for alone in (True, False)} if name in done else None
    return here.page(request, "reviewed.html.jinja", people=people, seen=seen, count=len(blind.form.items))


def saved(request: Request) -> Response:
    """What a reviewer who is done said, for others who are: the file that `vbg review-samples --answers` reads."""
    here, name = desk(request), request.query_params.get("who", "")
    said = here.bench.file.judgements.of(_blind(here).form.id)
    if not {name, who(request)} <= handed_in(said):
        raise HTTPException(404, "Answers are there once you, and whoever gave them, have handed in.")
    return JSONResponse(answers(said)[name], headers={"Content-Disposition": 'attachment; filename="answers.json"'})


def _entered(here: Desk, form: Form, name: str) -> str:
    """The address to go on at."""
    blind, file = _blind(here), here.bench.file
    with FileLock(file.path.with_suffix(".lock")):  # nobody says anything while somebody hands in
        said = file.judgements.of(blind.form.id)
        if name in handed_in(said):
            raise HTTPException(409, f"{name} has handed in; what was said stays as it is.")
        if "done" in form.texts:
            _hand_in(blind, file.judgements, said, name)
            return "/review/results"
        if "begin" not in form.texts:
            file.judgements.add(_said(form, blind)._replace(who=name))
    return "/review"


def _hand_in(blind: Blind, file: Judgements, said: list[Judgement], name: str) -> None:
    """First what can be done again: whoever is interrupted hands in once more."""
    if name not in answers(said):
        raise HTTPException(400, f"{name} has answered nothing yet.")
    last = Judgement(blind.form.id, who=name)
    blind.keep([*said, last])
    file.add(last)


def _said(form: Form, blind: Blind) -> Judgement:
    item, flaws = form.texts.get("item", ""), form.several.get("flaw", [])
    fits: Any = form.texts.get("class", "")
    authentic: Any = form.texts.get("authentic", "")
    known = [(fits, CLASS), (authentic, AUTHENTIC)]
    if any(said and said not in {value for _, value, _ in values} for said, values in known):
        raise HTTPException(400, "There is no such answer.")
    if item not in blind.form.key or {*flaws} - {*FLAWS}:
        raise HTTPException(400, "The form has no such record or flaw.")
    return Judgement(blind.form.id, item, fits, authentic, " ".join(flaws), form.line("remark", 1000))


def _is_whole(answer: Any) -> bool:
    """Whether both questions are answered."""
    return bool(answer and answer["class"] and answer["authentic"])


def _later(here: Desk) -> Later[Blind]:
    if here.bench.blind is None:
        raise HTTPException(404, "The run that is open generated no records.")
    return here.bench.blind


def _blind(here: Desk) -> Blind:
    return _later(here).wait()
