"""Who gets through: tokens, cookies, names, foreign pages, sizes."""

import pytest
from starlette.testclient import TestClient

from vbg_framework.ui.guard import LARGEST, Pass
from vbg_framework.ui.site import make_site

PAGES = ("/", "/object/0", "/doubt", "/history", "/corrections.csv", "/picture/0/whole", "/static/desk.css", "/nowhere")


@pytest.fixture
def stranger(bench, known, house):
    return TestClient(make_site(bench, known, house), follow_redirects=False)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_anything_without_the_link(stranger, page):
    answer = stranger.get(page)
    assert answer.status_code == 403
    assert "Open the link" in answer.text


@pytest.mark.parametrize("token", ["", "x", "%ff", "ü", "a" * 9999])
def test_a_wrong_token_is_refused(stranger, known, token):
    assert stranger.get("/", params={"token": token}).status_code == 403
    assert stranger.get("/", headers={"cookie": f"{known.cookie}={token}".encode()}).status_code == 403


def test_the_link_gives_a_cookie_that_scripts_cannot_read_and_leaves_the_address(stranger, known):
    answer = stranger.get("/", params={"token": known.token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver:81", ""])
def test_by_another_name_the_server_is_not_reached(client, host):
    assert client.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "https://testserver"},
     {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)  # fmt: skip
def test_forms_of_other_pages_are_refused(client, known, bench, headers):
    data = {"form": known.form, "kind": "accept", "place": "0", "task": "form"}
    assert client.post("/decide", data=data, headers=headers).status_code == 403
    assert bench.file.ledger.decisions() == []


def test_what_is_too_large_is_not_read(client):
    answer = client.post("/try", content=b"x", headers={"content-length": str(LARGEST + 1)})
    assert answer.status_code == 413
    assert client.post("/try", content=iter([b"x"])).status_code == 411


def test_every_answer_says_what_a_browser_may_do(client):
    for page in (*PAGES, "/../../etc/passwd", "/object/999999"):
        policy = client.get(page).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert client.get(page).headers["x-content-type-options"] == "nosniff"


def test_the_pass_does_not_show_its_token_and_two_servers_have_two():
    one, two = Pass(frozenset({"a:1"})), Pass(frozenset({"a:2"}))
    assert one.token not in repr(one)
    assert len({one.token, two.token, one.form, two.form, one.cookie, two.cookie}) == 6
