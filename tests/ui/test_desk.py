"""What all pages share."""

from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.ui.desk import WHO, Desk, remember, who


def test_the_name_of_the_reviewer_is_kept_whatever_signs_it_has():
    for name in ("A. Lee", "Müller; x=1", "李"):
        said = remember(Response(), name).headers["set-cookie"].partition(";")[0]
        assert who(Request({"type": "http", "headers": [(b"cookie", said.encode())]})) == name
    assert who(Request({"type": "http", "headers": [(b"cookie", f"{WHO}={'a' * 999}".encode())]})) == "a" * 80


def test_pages_name_what_is_looked_at_and_where_one_is(client, bench):
    text = client.get("/history").text
    assert f'<p class="over">{bench.title}</p>' in text
    assert '<a href="/history" aria-current="page">' in text


def test_a_page_says_how_far_a_result_is_and_asks_again(bench, known, house):
    class Slow:
        progress = "Encode 3 of 9"

    request = Request({"type": "http", "headers": [], "path": "/doubt", "query_string": b"", "server": ("h", 1)})
    answer = Desk(bench, known, house).waiting(request, Slow(), "Looking")
    assert answer.status_code == 202
    assert b"Encode 3 of 9" in answer.body
    assert b'data-again="2"' in answer.body
    assert b'<noscript><meta http-equiv="refresh"' in answer.body


def test_a_file_that_is_not_up_to_date_is_said_on_every_page(client, bench, decide):
    bench.file.path.write_text("something,else\n1,2\n")
    decide(kind="accept", place="0", task="form")
    assert "is not up to date" in client.get("/").text
