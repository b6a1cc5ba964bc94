"""Forms within limits."""

import pytest

from vbg_framework.ui.form import LONGEST, Form

ONE = {"kind": "accept", "place": "0", "task": "form"}


@pytest.mark.parametrize("secret", [None, "", "x", "ü"])
def test_a_form_that_this_server_did_not_make_is_refused(client, bench, secret):
    data = ONE if secret is None else {**ONE, "form": secret}
    answer = client.post("/decide", data=data)
    assert answer.status_code == 403
    assert "load its page again" in answer.text
    assert bench.file.ledger.decisions() == []


def test_the_form_token_is_not_the_token_of_the_link(client, known):
    assert client.post("/decide", data={**ONE, "form": known.token}).status_code == 403


def test_texts_files_and_fields_are_bounded(client, known):
    assert client.post("/decide", data={"form": known.form, "why": "x" * (LONGEST + 1)}).status_code == 413
    assert client.post("/decide", data={f"{n}": "x" for n in range(700)}, files={"f": b"x"}).status_code == 400
    two = [("picture", b"x"), ("picture", b"y")]
    assert client.post("/try", data={"form": known.form}, files=two).status_code == 400


def test_what_is_written_becomes_one_line_that_no_terminal_or_table_obeys():
    form = Form({"why": " a\n\tb\x1b[2J\u202e ", "who": "=HYPERLINK(1)", "n": "12", "m": "-1", "o": "9" * 20}, {})
    assert form.line("why") == "a b[2J"
    assert form.line("who") == "HYPERLINK(1)"
    assert form.line("why", 3) == "a b"
    assert [form.number(name) for name in "nmox"] == [12, 0, 0, 0]
