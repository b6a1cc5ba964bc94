"""Polite HTTP: slow, patient, and never fooled by a web page that stands where data should."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from vbg_framework.base.errors import VBGError
from vbg_framework.data.fetching.public import public_only

BUSY = (403, 429, 500, 502, 503, 504)
ATTEMPTS = 6
FIRST_WAIT, BLOCKED_WAIT, LONGEST_WAIT = 2.0, 60.0, 600.0  # seconds
LARGEST_ANSWER = 200_000_000  # bytes


class NotFound(Exception):
    """The server has no such thing (404)."""


class Answer(NamedTuple):
    """What a server sent.

    Args:
        body: its bytes.
        kind: their media type, such as `image/jpeg`.
    """

    body: bytes
    kind: str


class Client:
    """Asks a server at most `rate` times a second, and backs off when it is told to.

    Args:
        contact: an e-mail address or a page; the server's operators learn from it who is asking.
        rate: requests per second.
        hosts: the only hosts it talks to, redirections included; None = all that are public.
        private: hosts that it may talk to although they are not on the public internet; with `hosts` all may be.
        most: bytes of the largest answer that is taken.
        clock: gives the time in seconds; for tests.
        sleep: waits for so many seconds; for tests.
    """

    def __init__(
        self,
        contact: str,
        *,
        rate: float = 1.0,
        hosts: tuple[str, ...] | None = None,
        private: tuple[str, ...] = (),
        most: int = LARGEST_ANSWER,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.agent = f"vbg-framework ({contact})"
        self.pause, self.hosts, self.clock, self.sleep = 1 / rate, hosts, clock, sleep
        self._next = clock()
        self._most = most
        guards = [] if hosts else public_only(private)
        self._opener = urllib.request.build_opener(_Redirects(hosts), *guards)

    def json(self, url: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """The answer to a question, parsed.

        Raises:
            NotFound: there is no such thing.
            VBGError: no usable answer after several attempts.
        """
        query = f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
        return self._asked(url + query, lambda answer: json.loads(answer.body))

    def image(self, url: str) -> bytes:
        """The bytes of an image.

        Raises:
            NotFound: there is no such image.
            VBGError: no usable answer after several attempts.
        """
        return self.answer(url).body

    def answer(self, url: str) -> Answer:
        """Whatever is there. Raises as `image` does."""
        result: Answer = self._asked(url, lambda answer: answer)
        return result

    def _asked(self, url: str, parse: Callable[[Answer], Any]) -> Any:
        _check_host(url, self.hosts)
        wait, problem = 0.0, ""
        for attempt in range(ATTEMPTS):
            self._wait(wait)
            try:
                return parse(self._body(url))
            except _Blocked:
                wait, problem = BLOCKED_WAIT * 2**attempt, "it shows a web page instead of data: we are blocked"
            except urllib.error.HTTPError as error:
                if error.code in (404, 410):
                    raise NotFound(url) from None
                if error.code not in BUSY:
                    raise VBGError(url, f"the server refuses, got status {error.code}", "Check the query.") from None
                asked = _retry_after(error.headers.get("Retry-After"))
                if asked > LONGEST_WAIT:
                    what = f"the server is busy and asks to come back in {asked:.0f} s"
                    raise VBGError(url, what, "Run the same command then; it goes on where it stopped.") from None
                wait, problem = asked or _first_wait(error) * 2**attempt, f"it answers with status {error.code}"
            except (OSError, http.client.HTTPException, ValueError) as error:  # no answer, half of one, or no JSON
                wait, problem = FIRST_WAIT * 2**attempt, f"no complete answer ({error})"
        raise VBGError(url, f"{problem}, {ATTEMPTS} times", "Run the same command later; it goes on where it stopped.")

    def _wait(self, seconds: float) -> None:
        """Wait so long, and in any case until the next request is due."""
        pause = max(min(seconds, LONGEST_WAIT), self._next - self.clock())
        if pause > 0:
            self.sleep(pause)
        self._next = self.clock() + self.pause

    def _body(self, url: str) -> Answer:
        request = urllib.request.Request(url, headers={"User-Agent": self.agent})
        with self._opener.open(request, timeout=60) as answer:
            body = answer.read(self._most + 1)
            length = answer.headers.get("Content-Length")
            kind = answer.headers.get_content_type()
        if len(body) > self._most:
            raise VBGError(url, f"the answer is larger than {self._most:,} bytes", "Leave it out.")
        if length and len(body) != int(length):
            raise http.client.IncompleteRead(body, int(length) - len(body))
        if kind == "text/html" or body[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
            raise _Blocked
        return Answer(body, kind)


class _Blocked(Exception):
    """A page for people came instead of data."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    def __init__(self, hosts: tuple[str, ...] | None) -> None:
        self.hosts = hosts

    def redirect_request(self, request: Any, file: Any, code: int, message: str, headers: Any, url: str) -> Any:
        _check_host(url, self.hosts)
        return super().redirect_request(request, file, code, message, headers, url)


def _check_host(url: str, hosts: tuple[str, ...] | None) -> None:
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise VBGError(url, "is no address of a web server", "Give one with https.")
    if hosts is not None and parts.hostname not in hosts:
        raise VBGError(url, "is not on a server of the museum", f"Known: {', '.join(hosts)}.")


def _first_wait(error: urllib.error.HTTPError) -> float:
    """A page for people with status 403 is the shield, which takes longer to forget than a busy server."""
    return BLOCKED_WAIT if error.code == 403 and error.headers.get_content_type() == "text/html" else FIRST_WAIT


def _retry_after(value: str | None) -> float:
    """Seconds, from a number or a date (RFC 9110, section 10.2.3); 0 if the server names none."""
    if value is None:
        return 0.0
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return 0.0
