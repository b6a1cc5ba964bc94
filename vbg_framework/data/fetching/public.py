"""Connections to the public internet alone: an address of a private network in a table is refused."""

from __future__ import annotations

import http.client
import ipaddress
import urllib.request
from typing import Any

from vbg_framework.base.errors import VBGError


def public_only(private: tuple[str, ...]) -> list[urllib.request.BaseHandler]:
    """Handlers of http and https that look whom they reached, before they ask.

    What counts is the address that a name led to, so that no name and no redirection leads into a private network.
    Proxies are not used, as nobody could tell whom they reach.

    Args:
        private: hosts that may be there all the same.
    """

    class Http(http.client.HTTPConnection):
        def connect(self) -> None:
            super().connect()
            _check(self, private)

    class Https(http.client.HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            _check(self, private)

    class HttpHandler(urllib.request.HTTPHandler):
        def http_open(self, request: Any) -> Any:
            return self.do_open(Http, request)

    class HttpsHandler(urllib.request.HTTPSHandler):
        def https_open(self, request: Any) -> Any:
            return self.do_open(Https, request)

    return [HttpHandler(), HttpsHandler(), urllib.request.ProxyHandler({})]


def _check(connection: http.client.HTTPConnection, private: tuple[str, ...]) -> None:
    """Raise VBGError, and hang up, if the other end is not on the public internet."""
    reached = connection.sock.getpeername()[0]
    address = ipaddress.ip_address(reached.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    if not address.is_global and connection.host not in private:
        connection.close()
        fix = f"If it is a server of yours: --private {connection.host}."
        raise VBGError(connection.host, f"is not on the public internet, got {reached}", fix)
