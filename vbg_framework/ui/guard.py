"""Who may ask the workbench: whoever has its link, from its own pages, by its own name."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 40_000_000
"""Bytes of a request; a form says less."""
POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; form-action 'self'; frame-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
FRAMED = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
"""Of pages of `report` inside a page: no scripts, no forms, nothing from elsewhere."""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True)
class Pass:
    """What a browser must have.

    Args:
        names: `host:port`, lower case, by which the server may be called. By another name a foreign page would reach it
            (DNS rebinding).
        token: in the link that is printed, then in a cookie.
    """

    names: frozenset[str]
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def form(self) -> str:
        """What every form must hold, so that no foreign page can send one."""
        return hmac.new(self.token.encode(), b"form", sha256).hexdigest()

    @property
    def cookie(self) -> str:
        """Name of the cookie: browsers share cookies between the ports of a machine."""
        return "vbg-" + sha256("".join(sorted(self.names)).encode()).hexdigest()[:12]

    def holds(self, given: Iterable[str]) -> bool:
        """Whether one of these is the token."""
        return any(hmac.compare_digest(each.encode(), self.token.encode()) for each in given)


class Guard:
    """Asks for the pass before a page is made, and says what browsers may do with each.

    Args:
        app: makes the pages.
        known: the pass.
    """

    def __init__(self, app: ASGIApp, known: Pass) -> None:
        self.app, self.known = app, known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope)
        await (refused or self.app)(scope, receive, protected)

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request that does not get through."""
        headers = Headers(scope=scope)
        if headers.get("host", "").lower() not in self.known.names:
            return _told(421, "This server is not called so. Open the link that vbg ui printed.")
        if (answer := self._without_token(scope, headers)) is not None:
            return answer
        if scope["method"] not in ("GET", "HEAD"):
            return self._foreign(scope, headers) or _too_large(headers)
        return None

    def _without_token(self, scope: Scope, headers: Headers) -> Response | None:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        if scope["method"] == "GET" and self.known.holds(given):
            answer = RedirectResponse("/", 303)
            answer.set_cookie(self.known.cookie, self.known.token, httponly=True, samesite="lax")
            return answer
        cookies = [each.partition("=") for each in headers.get("cookie", "").split("; ")]
        if self.known.holds(value for name, _, value in cookies if name == self.known.cookie):
            return None
        return _told(403, "Open the link that vbg ui printed; it lets this browser in.")

    def _foreign(self, scope: Scope, headers: Headers) -> Response | None:
        own = f"{scope['scheme']}://{headers['host'].lower()}"
        if headers.get("origin", own).lower() != own or headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return _told(403, "This form was sent by another page.")
        return None


def _too_large(headers: Headers) -> Response | None:
    length = headers.get("content-length", "")
    if not length.isdecimal():
        return _told(411, "The length of the form is missing.")
    return _told(413, f"At most {LARGEST:,} bytes are read.") if int(length) > LARGEST else None


def _told(status: int, text: str) -> Response:
    return PlainTextResponse(text, status)
