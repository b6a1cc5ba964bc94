"""What people send under their name: decisions, annotations and judgements."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse

from vbg_framework.ui.desk import Desk, desk, remember, who
from vbg_framework.ui.form import Form, read_form

T = TypeVar("T")


async def enter(
    request: Request, write: Callable[[Desk, Form, str], T], page: Callable[[Form, T], str]
) -> RedirectResponse:
    """Enter what somebody sends; whoever sees the next page knows that it is on the disk.

    Args:
        request: with a form; the name stands in its field `who`, or else in the cookie of the reviewer.
        write: desk, form and name -> what was entered; works in a thread.
        page: form and what was entered -> address of the next page.

    Raises:
        HTTPException: the form is not one of ours, or nobody said who they are.
    """
    here = desk(request)
    form = await read_form(request, here.secret)
    name = form.line("who", 80) or who(request)
    if not name:
        raise HTTPException(400, "Say who you are first: the field Reviewer.")
    place = await run_in_threadpool(write, here, form, name)
    return remember(RedirectResponse(page(form, place), 303), name)
