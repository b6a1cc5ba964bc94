"""What people send under their name."""

FORM = {"task": "form", "place": "0", "kind": "accept"}


def test_nothing_is_entered_before_somebody_says_who_they_are(bench, client, decide):
    client.cookies.delete("vbg-who")
    response = decide(**FORM, who="")
    assert response.status_code == 400
    assert "the field Reviewer" in response.text
    assert not bench.file.ledger.decisions()


def test_the_browser_keeps_the_name_that_was_sent_once(bench, decide):
    decide(**FORM, who="Ada Ü.")
    decide(**FORM, who="")
    assert [entry.who for entry in bench.file.ledger.decisions()] == ["Ada Ü.", "Ada Ü."]
