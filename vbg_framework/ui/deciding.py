"""Decisions that people send from the queue and from the page of an object."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.contracts.record import Task
from vbg_framework.ui.decision import ACCEPT, CORRECT, SKIP, UNDO, Decision, last_of
from vbg_framework.ui.desk import Desk
from vbg_framework.ui.entering import enter
from vbg_framework.ui.form import Form

SEPARATOR = "|"


async def decide(request: Request) -> Response:
    """Enter a decision; whoever sees the next page knows that it is on the disk."""
    return await enter(request, _entered, _next)


def _entered(here: Desk, form: Form, name: str) -> int:
    """The place of the record that a decision was about."""
    kind = CORRECT if "choice" in form.texts else form.line("kind")
    if kind == UNDO:
        return _undone(here, form, name)
    if kind not in (CORRECT, ACCEPT, SKIP):
        raise HTTPException(400, "This is no decision.")
    collection, place, task = here.bench.collection, form.number("place"), form.texts.get("task", "")
    if place >= len(collection) or task not in collection.labels:
        raise HTTPException(400, "There is no such record or task.")
    labels = collection.labels[task]
    before = SEPARATOR.join(labels.names("truth", place))
    given = form.several.get("choice") or form.several.get("value", [])
    value = _value(labels.task, given) if kind == CORRECT else before
    kind = ACCEPT if kind == CORRECT and value == before else kind
    here.bench.file.add(
        Decision(kind, collection.ids[place], task, value, before, name, form.line("why"), form.number("seen"))
    )
    return place


def _undone(here: Desk, form: Form, name: str) -> int:
    """Take back a decision of the reviewer's own: the one that is named, or the last about the named task."""
    number, task = form.number("number"), form.texts.get("task", "")
    known = [each for each in here.bench.file.ledger.decisions() if each.id in here.bench.places]
    meant = [each for each in known if number in (0, each.number, each.undone) and (number or each.task == task)]
    last = last_of(meant, name)
    if last is None:
        raise HTTPException(409, "There is nothing of yours to take back.")
    here.bench.file.add(last._replace(kind=UNDO, undone=last.number, who=name, when="", number=0))
    return here.bench.places[last.id]


def _value(task: Task, given: list[str]) -> str:
    """The label as the file of corrections has it."""
    chosen = [name for name in task.classes if name in given]
    if len(chosen) != len({*given} - {""}) or (len(chosen) > 1 and not task.multi_label):
        raise HTTPException(400, f"This is no label of {task.name}.")
    if task.multi_label and any(SEPARATOR in name for name in chosen):
        raise HTTPException(400, f"A class with {SEPARATOR} in its name cannot stand in a file of corrections.")
    return SEPARATOR.join(chosen)


def _next(form: Form, place: int) -> str:
    """The address to go on at, made of numbers and known words alone."""
    if form.line("next") == "object":
        return f"/object/{place}"
    back = {"at": place} if form.line("kind") == UNDO else {}
    return "/doubt?" + urlencode({"task": form.texts.get("task", ""), **back})
