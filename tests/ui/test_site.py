"""All addresses: what they send, and that no name in data or address becomes code or a path."""

import re
from html.parser import HTMLParser

import pytest

from vbg_framework.ui import confusion, grid
from vbg_framework.ui.site import ASSETS

OWN = {"/static/keys.js", "/static/draw.js", "/static/zoom.js"}


class Tags(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, text):
        super().__init__()
        self.names, self.attributes, self.scripts = set(), set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "script":
            self.scripts.append(dict(attrs).get("src"))


@pytest.mark.parametrize(
    "address",
    ["/../etc/passwd", "/static/../server.py", "/static/%2e%2e/server.py", "/static/server.py", "/picture/0/..%2fwhole",
     "/picture/0/x", "/picture/-1/small", "/picture/99999999999999999999/small", "/object/99999999999999999999",
     "/object/x", "/object/99999/why", "/try/unknown", "/try/unknown/why", "/try/unknown/picture", "/nowhere"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client, address):
    assert client.get(address).status_code == 404


def test_files_that_are_sent_are_those_that_were_read_at_the_start(client):
    for name, (path, kind) in ASSETS.items():
        answer = client.get(f"/static/{name}")
        assert answer.content == path.read_bytes()
        assert answer.headers["content-type"].startswith(kind)


def test_a_mistake_in_an_address_is_named_on_a_page(client):
    answer = client.get("/?task=<script>alert(1)</script>")
    assert answer.status_code == 400
    assert "nobody knows" in answer.text
    assert "<script>alert" not in answer.text


def test_pages_are_only_read_and_decisions_only_sent(client):
    assert client.post("/", data={}).status_code == 405
    assert client.get("/decide").status_code == 405


def test_a_fault_of_the_program_shows_nothing_of_its_inside(client, monkeypatch):
    monkeypatch.setattr(grid, "chosen", lambda *_: 1 / 0)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "ZeroDivisionError" in answer.text
    assert "Traceback" not in answer.text


def test_names_that_want_to_be_code_are_shown_as_they_are(hostile, reader, known):
    client = reader(hostile)
    data = {"form": known.form, "who": "<b>Bo</b>", "why": "<i>why</i>", "task": "kind", "place": "1", "kind": "skip"}
    assert client.post("/decide", data=data).status_code == 303
    pages = ["/", "/history", "/?true=<b>cup</b>", *(f"/object/{place}" for place in range(8))]
    for page in pages:
        text = client.get(page).text
        assert "&lt;" in text
        tags = Tags(text)
        assert not {"b", "i"} & tags.names
        assert not [name for name in tags.attributes if name.startswith("on") or name == "autofocus"]
        assert set(tags.scripts) <= OWN
        assert "\x1b" not in text
        assert ">49<" not in text


def test_no_page_has_a_script_or_a_style_of_its_own(client):
    client.app.state.desk.bench.plane.wait()
    for page in ("/", "/confusion", "/object/0", "/history", "/map?area=0,0+500,500"):
        text = client.get(page).text
        assert set(re.findall(r"<script[^>]*>", text)) <= {f'<script src="{name}" defer>' for name in OWN}
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|https?://", text)


def test_without_a_run_there_are_no_pages_about_answers(hostile, reader):
    client = reader(hostile)
    assert client.get("/object/0/why").status_code == 404
    assert client.get("/try").status_code == 404
    assert "Open one" in client.get("/doubt").text
    assert "No labelled record" in client.get("/confusion").text


def test_shown_alone_the_trial_is_the_only_page(bench, reader):
    client = reader(bench, only="try")
    for page in ("/object/0", "/doubt", "/history", "/corrections.csv", "/picture/0/small", "/confusion"):
        assert client.get(page).status_code == 404
    assert client.post("/decide", data={}).status_code == 404
    assert "/history" not in client.get("/").text
    assert confusion.HEATS == 9
