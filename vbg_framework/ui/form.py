"""Forms that people send, read within limits."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

LONGEST = 20_000  # characters of a text
FIELDS = 600


@dataclass(frozen=True)
class Form:
    """What a form said.

    Args:
        texts: name -> what was written, each on as many lines as it was.
        several: name -> all values of that name.
        picture: bytes of the file that came along; None = none did.
    """

    texts: Mapping[str, str]
    several: Mapping[str, list[str]]
    picture: bytes | None = None

    def line(self, name: str, most: int = 300) -> str:
        """A text as one line without signs that steer a terminal or begin a formula; "" = nothing was written."""
        text = " ".join(self.texts.get(name, "").split())
        return "".join(sign for sign in text if sign.isprintable()).lstrip("=+-@ ")[:most]

    def number(self, name: str) -> int:
        """A whole number of at least 0; 0 = something else was written."""
        text = self.texts.get(name, "")
        return int(text) if text.isdecimal() and len(text) < 16 else 0


async def read_form(request: Request, secret: str) -> Form:
    """Read a form of the workbench's own.

    Args:
        request: with the form.
        secret: what the form must hold in its field `form`.

    Raises:
        HTTPException: 403 where it does not, 413 where a text is too long.
    """
    async with request.form(max_files=1, max_fields=FIELDS, max_part_size=1_000_000) as given:
        items = given.multi_items()
        texts = [(name, value) for name, value in items if isinstance(value, str)]
        if not hmac.compare_digest(str(dict(texts).get("form", "")).encode(), secret.encode()):
            raise HTTPException(403, "This form was not made by this server, or by one that was stopped since. Go back and load its page again.")  # fmt: skip  # noqa: E501
        if any(len(value) > LONGEST for _, value in texts):
            raise HTTPException(413, f"A text is longer than {LONGEST:,} characters.")
        several: dict[str, list[str]] = {}
        for name, value in texts:
            several.setdefault(name, []).append(value)
        return Form(dict(texts), several, await _picture(items))


async def _picture(items: list[tuple[str, Any]]) -> bytes | None:
    for _, value in items:
        if isinstance(value, UploadFile):
            return await run_in_threadpool(value.file.read) or None
    return None
