"""Asking a server politely; how the client of The Met bears its server is tested with its download."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.fetching.client import Client, NotFound


class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        kind, body = {"/a": ("image/png", b"abc"), "/page": ("text/html", b"<html>")}.get(self.path, ("", b""))
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def home():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Clock:
    def __init__(self):
        self.now, self.slept = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


def client(clock=None, **options):
    clock = clock or Clock()
    return Client("a@example.org", private=("127.0.0.1",), clock=clock, sleep=clock.sleep, **options)


def test_an_answer_comes_with_its_kind(home):
    assert client().answer(f"{home}/a") == (b"abc", "image/png")


def test_two_questions_are_as_far_apart_as_the_rate_says(home):
    clock = Clock()
    asking = client(clock, rate=0.5)
    for _ in range(3):
        asking.image(f"{home}/a")
    assert clock.slept == [2.0, 2.0]


def test_what_is_not_there_too_large_or_a_page_is_an_error(home):
    with pytest.raises(NotFound):
        client().image(f"{home}/gone")
    with pytest.raises(VBGError, match="the answer is larger than 2 bytes"):
        client(most=2).image(f"{home}/a")
    with pytest.raises(VBGError, match="we are blocked, 6 times"):
        client().image(f"{home}/page")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a.org/x", "https://", "x"])
def test_nothing_but_web_servers_is_asked(url):
    with pytest.raises(VBGError, match="is no address of a web server"):
        client().image(url)
