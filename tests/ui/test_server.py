"""Where the server listens, and what it is called there."""

import signal
import socket
import threading
import time
import urllib.request
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
from warm import vbg

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.corrections_file import CorrectionsFile
from vbg_framework.ui.guard import Pass
from vbg_framework.ui.server import bound, names


def test_by_default_it_listens_on_this_machine_alone_at_a_free_port():
    with bound("127.0.0.1", 0) as one, bound("127.0.0.1", 0) as two:
        assert one.getsockname()[0] == "127.0.0.1"
        assert one.getsockname()[1] != two.getsockname()[1]


def test_whoever_has_the_link_may_call_before_the_server_answers_and_nobody_else_gets_the_port():
    with bound("127.0.0.1", 0) as listening:
        socket.create_connection(listening.getsockname(), timeout=5).close()
        with pytest.raises(VBGError, match="cannot listen at"):
            bound(*listening.getsockname())


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


def asked(link, form, fields):
    """The status of an answer to a decision."""
    address, token = urlsplit(link), link.partition("token=")[2]
    with closing(HTTPConnection(address.netloc, timeout=60)) as server:
        cookie = Pass(frozenset(names("127.0.0.1", address.port))).cookie
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"{cookie}={token}"}
        server.request("POST", "/decide", urlencode({"form": form, **fields}), kind)
        return server.getresponse().status


@pytest.mark.slow
def test_a_server_that_is_killed_loses_no_decision_that_was_acknowledged(tiny_run, tmp_path):
    file = tmp_path / "corrections.csv"
    server = vbg("ui", str(tiny_run.path), "--no-browser", "--corrections", str(file))
    link = server.said(r"http://\S+")
    form, told = Pass(frozenset(), link.partition("token=")[2]).form, []

    def decide(who):
        with suppress(OSError, HTTPException):
            for count in range(10**6):
                fields = {"who": who, "kind": "accept", "task": "form", "place": "0", "why": f"{count}"}
                if asked(link, form, fields) == 303:
                    told.append((who, f"{count}"))

    people = [threading.Thread(target=decide, args=(name,)) for name in ("Ann", "Bo")]
    for person in people:
        person.start()
    while len(told) < 12:
        assert all(person.is_alive() for person in people), server.wait()  # else they met a server that was gone
        time.sleep(0.01)
    server.send_signal(signal.SIGKILL)
    for person in people:
        person.join()
    server.wait()
    assert server.returncode == -signal.SIGKILL
    ledger = CorrectionsFile(file, "mini_museum").ledger
    assert {(each.who, each.why) for each in ledger.decisions()} >= {*told}
