"""Blocks the network, and records who tried to use it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

LOCAL = ("127.0.0.1", "::1", "localhost", "", None)


@contextmanager
def refused(contacts: list[str]) -> Iterator[None]:
    """Refuse every connection to another machine and every look-up of its name; note them in `contacts`."""

    def guarded(original: Any, index: int) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            host = _host(arguments[index] if len(arguments) > index else named.get("host"))
            if host in LOCAL:
                return original(*arguments, **named)
            contacts.append(str(host))
            raise OSError(f"the network is refused during a check: {host}")

        return call

    with (
        patch.object(socket.socket, "connect", guarded(socket.socket.connect, 1)),
        patch.object(socket.socket, "connect_ex", guarded(socket.socket.connect_ex, 1)),
        patch.object(socket, "getaddrinfo", guarded(socket.getaddrinfo, 0)),
        _offline(),
    ):
        yield


@contextmanager
def _offline() -> Iterator[None]:
    """Tell the hub's client, and give back this one variable alone."""
    before = os.environ.get("HF_HUB_OFFLINE")
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        yield
    finally:
        os.environ.pop("HF_HUB_OFFLINE", None)
        if before is not None:
            os.environ["HF_HUB_OFFLINE"] = before


def _host(address: Any) -> Any:
    """The host of an address; a path (a socket of this machine) has none."""
    if isinstance(address, tuple):
        return address[0]
    return address if isinstance(address, str) and "/" not in address else None
