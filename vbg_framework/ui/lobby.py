"""Pages before anything is open: what a source holds and would become, or what there is to open."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from vbg_framework.base.errors import VBGError
from vbg_framework.data.profile.registry_file import Look
from vbg_framework.ui import grid
from vbg_framework.ui.beginning import Beginning
from vbg_framework.ui.desk import Desk, desk
from vbg_framework.ui.form import read_form

EXAMPLE = 60  # letters of a value


def home(request: Request) -> Response:
    """The collection that is open; without one, the beginning of a source, or the list of runs."""
    here = desk(request)
    if here.is_open:
        return grid.grid(request)
    if here.beginning is None:
        return RedirectResponse("/runs", 303)
    if here.beginning.names() is None:
        return _proposal(here, request, here.beginning)
    bench = here.beginning.bench.now()
    if bench is None:
        return here.waiting(request, here.beginning.bench, "Reading the collection")
    here.enter(request, bench, here.beginning.training())
    return RedirectResponse("/training", 303)


async def begin(request: Request) -> Response:
    """Write the registry."""
    here = desk(request)
    form = await read_form(request, here.secret)
    if here.is_open or here.beginning is None:
        raise HTTPException(409, "This was done before.")
    if await run_in_threadpool(here.beginning.names) is None:
        await run_in_threadpool(here.beginning.write, form.texts.get("target", ""))
    return RedirectResponse("/", 303)


def _proposal(here: Desk, request: Request, beginning: Beginning) -> Response:
    target, problem = request.query_params.get("target", ""), ""
    try:
        seen = beginning.look(target)
    except VBGError as error:
        if not target:
            raise
        seen, problem = beginning.look(), str(error)
    return here.page(
        request, "begin.html.jinja", counts=seen.counts, source=beginning.source, columns=_columns(seen),
        target=seen.table.roles.tasks[0].column if seen.table else "", problem=problem,
        rows=seen.table.facts.rows if seen.table else sum(seen.counts.values()),
        registry=beginning.registry.absolute(),
    )  # fmt: skip


def _columns(seen: Look) -> list[dict[str, Any]]:
    """Column, role, reason and example, as `vbg init` shows them."""
    if seen.table is None:
        return []
    facts, roles, says = seen.table
    rows = []
    for column in dict.fromkeys([*facts.columns, *roles.why]):
        role, reason = roles.why[column]
        verdict, why = says[column].verdict if column in says else ("", "")
        role = verdict if verdict == "left out" else f"{role}, masked" if verdict else role
        example = facts.columns[column].example[:EXAMPLE] if column in facts.columns else ""
        rows.append({"name": column, "role": role, "why": why or reason, "example": example})
    return rows
