"""Review as people send it."""

import json
import re

import pytest


@pytest.fixture
def blind(hidden):
    return hidden.blind.wait()


@pytest.fixture
def client(hidden, blind, reader):
    return reader(hidden)


@pytest.fixture
def say(client, known):
    return lambda **fields: client.post("/review", data={"form": known.form, **fields})


def everything(say, blind, who, wrong=()):
    for number, item in blind.form.key.items():
        real = item["generated"] == (number in wrong)
        answer = say(item=number, authentic="real" if not real else "generated", who=who, **{"class": "yes"})
        assert answer.status_code == 303


def authentic(blind, number):
    return "generated" if blind.form.key[number]["generated"] else "real"


def test_an_item_shows_no_id_and_pictures_that_tell_nothing(client, blind):
    for number, item in blind.form.key.items():
        page = client.get(f"/review?at={number}").text
        assert item["id"] not in page
        assert "SYN_" not in page
        picture = client.get(f"/review/picture/{number}")
        assert picture.content == blind.pictures[number]
        assert picture.headers["content-type"] == "image/jpeg"


def test_what_is_said_is_kept_shown_again_and_leads_to_the_next_item(client, hidden, say, blind):
    answer = say(item="1", authentic="real", flaw=["form", "text"], remark="=a crack", **{"class": "no"})
    assert answer.headers["location"] == "/review"
    (found,) = hidden.file.judgements.of(blind.form.id)
    assert (found.item, found.fits, found.authentic, found.flaws) == ("1", "no", "real", "form text")
    assert (found.remark, found.who) == ("a crack", "A. Lee")
    assert client.get("/review").text.partition("<h1>")[2].startswith("2 ")
    page = client.get("/review?at=1").text
    assert re.search(r'name="class" value="no" data-key="2" checked', page)
    assert re.search(r'name="flaw" value="text" checked', page)


def test_rates_come_to_view_once_one_has_handed_in_and_agreement_before(client, hidden, say, blind):
    everything(say, blind, "Ana")
    everything(say, blind, "Bo", wrong=("1",))
    page = client.get("/review/results").text
    assert "Detection rate" not in page
    alpha = float(re.search(r"authentic ([\d.]+), class", page)[1])
    assert 0 < alpha < 1
    assert say(done="yes", who="Ana").headers["location"] == "/review/results"
    assert say(item="1", authentic="real", who="Ana").status_code == 409
    client.cookies.set("vbg-who", "Bo")
    assert "Detection rate" not in client.get("/review/results").text
    client.cookies.set("vbg-who", "Ana")
    page = client.get("/review/results").text
    assert "1 expert judged" in page
    assert "Detection rate: 1.00" in page
    kept = json.loads((hidden.run.path / "review.json").read_text())
    assert [each["name"] for each in kept["experts"]] == ["Ana"]
    assert client.get("/review/answers.json?who=Bo").status_code == 404
    saved = client.get("/review/answers.json?who=Ana").json()
    assert {number: each["authentic"] for number, each in saved["answers"].items()} == {
        number: authentic(blind, number) for number in blind.form.key
    }


@pytest.mark.parametrize(
    "fields",
    [{"item": "999"}, {"item": ""}, {"item": "../1"}, {"item": "1", "class": "perhaps"},
     {"item": "1", "authentic": "<b>"}, {"item": "1", "flaw": ["form", "../x"]}],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_leaves_nothing(say, hidden, fields):
    assert say(**fields).status_code == 400
    assert hidden.file.judgements.all() == []


def test_a_forged_form_another_page_another_name_and_nobody_are_refused(client, say, hidden, known):
    fields = {"item": "1", "authentic": "real"}
    assert client.post("/review", data={"form": "x", **fields}).status_code == 403
    foreign = {"origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    assert client.post("/review", data={"form": known.form, **fields}, headers=foreign).status_code == 403
    assert client.post("/review", data={"form": known.form, **fields}, headers={"host": "evil"}).status_code == 421
    client.cookies.delete("vbg-who")
    assert say(**fields).status_code == 400
    client.cookies.delete(known.cookie)
    assert client.post("/review", data={"form": known.form, **fields}).status_code == 403
    assert hidden.file.judgements.all() == []


def test_names_that_want_to_be_code_are_shown_as_they_are(client, say):
    say(item="1", authentic="real", who="<b>Bo</b>", remark='"><i>x')
    for address in ("/review/results", "/review?at=1"):
        page = client.get(address).text
        assert "&lt;" in page
        assert not re.search("<b>|<i>", page)
    assert client.get("/review?at=<script>").text.count("<script") == 1
    assert client.get("/review/picture/..%2f1").status_code == 404


def test_shown_alone_it_leads_nowhere_else(hidden, reader, known):
    client = reader(hidden, only="review")
    client._transport.raise_server_exceptions = True
    for page in ("/object/0", "/history", "/try", "/picture/0/small", "/runs", "/corrections.csv"):
        assert client.get(page).status_code == 404
    assert client.get("/").text.count('href="/') == client.get("/").text.count('href="/review') + 3  # styles, icon
    client.cookies.set("vbg-who", "Cy")
    assert "Detection rate" not in client.get("/review/results").text


def test_a_run_without_generated_records_has_no_such_page(bench, reader):
    client = reader(bench)
    assert client.get("/review").status_code == 404
    assert 'href="/review"' not in client.get("/").text
