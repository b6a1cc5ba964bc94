"""Where the server listens, and what it is called there."""

import socket
import urllib.request

import psutil
import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.server import bound, names


def test_by_default_it_listens_on_this_machine_alone_at_a_free_port():
    with bound("127.0.0.1", 0) as one, bound("127.0.0.1", 0) as two:
        assert one.getsockname()[0] == "127.0.0.1"
        assert one.getsockname()[1] != two.getsockname()[1]


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 99999), ("no.such.host.invalid", 0), ("203.0.113.1", 0)])
def test_an_address_that_is_not_to_be_had_is_named(host, port):
    with pytest.raises(VBGError, match="cannot listen at"):
        bound(host, port)


def test_browsers_call_it_by_its_own_names_alone():
    assert {*names("127.0.0.1", 80)} == {"127.0.0.1:80", "localhost:80", "[::1]:80"} == {*names("localhost", 80)}
    assert {*names("Desk.example", 80)} == {"desk.example:80"}
    assert f"{socket.gethostname().lower()}:80" in {*names("0.0.0.0", 80)}
    assert all(name.endswith(":80") and "*" not in name for name in names("0.0.0.0", 80))


def test_it_prints_a_link_that_lets_a_browser_in(bench, link):
    assert link.startswith("http://127.0.0.1:")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(link) as answer:
        assert "server" not in {name.lower() for name in answer.headers}
        assert bench.title in answer.read().decode()
    port = int(link.partition("127.0.0.1:")[2].partition("/")[0])
    listening = [each.laddr for each in psutil.Process().net_connections() if each.status == "LISTEN"]
    assert [place for place in listening if place[1] == port] == [("127.0.0.1", port)]
