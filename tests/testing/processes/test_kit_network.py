import socket
import urllib.request
from contextlib import suppress

import pytest

from vbg_framework.testing.processes.network import refused


def test_another_machine_is_refused_at_once_and_noted():
    contacts = []
    with refused(contacts):
        with pytest.raises(OSError, match=r"refused during a check: hub\.example"):
            urllib.request.urlopen("https://hub.example/model", timeout=1)
        with socket.socket() as line, suppress(OSError):
            line.connect_ex(("192.0.2.1", 80))
    assert contacts == ["hub.example", "192.0.2.1"]


def test_this_machine_may_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server, refused(contacts := []):
        socket.create_connection(server.getsockname(), timeout=1).close()
    assert contacts == []


def test_everything_is_as_before_afterwards():
    before = socket.socket.connect, socket.getaddrinfo
    with refused([]):
        assert socket.socket.connect is not before[0]
    assert (socket.socket.connect, socket.getaddrinfo) == before
