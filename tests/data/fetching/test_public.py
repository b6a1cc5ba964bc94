"""Connections into private networks."""

import socket
import threading
import urllib.request

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.fetching.public import public_only


@pytest.fixture
def port():
    """A server that counts what it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)
        asked = []

        def serve():
            try:
                for _ in range(2):
                    with server.accept()[0] as one:
                        asked.append(one.recv(1000))
                        one.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
            except OSError:
                pass  # nobody came

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], asked


def get(url, *private):
    with urllib.request.build_opener(*public_only(private)).open(url, timeout=5) as answer:
        return answer.read()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_private_server_is_hung_up_on_before_it_is_asked(port, host):
    with pytest.raises(VBGError, match=rf"is not on the public internet, got .*--private {host}"):
        get(f"http://{host}:{port[0]}/")
    assert b"GET" not in b"".join(port[1])


def test_one_that_is_named_is_asked(port):
    assert get(f"http://127.0.0.1:{port[0]}/", "127.0.0.1") == b"ok"


def test_a_proxy_of_the_environment_is_not_used(port, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert get(f"http://127.0.0.1:{port[0]}/", "127.0.0.1") == b"ok"
