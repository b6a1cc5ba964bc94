"""Review as people send it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from vbg_framework.runs.evidence.review_answers import review
from vbg_framework.ui.judgement import answers


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
    for number in blind.form.key:
        told = authentic(blind, number)
        told = {"real": "generated", "generated": "real"}[told] if number in wrong else told
        assert say(item=number, authentic=told, who=who, **{"class": "yes"}).status_code == 303


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


@pytest.fixture
def seen_by(hidden, reader):
    """What somebody sees at an address."""

    def look(name, address):
        browser = reader(hidden)
        browser.cookies.set("vbg-who", name)
        return browser.get(address)

    return look


def test_results_and_answers_come_to_view_of_those_who_handed_in_alone(hidden, say, blind, seen_by):
    everything(say, blind, "Ana")
    everything(say, blind, "Bo", wrong=("1",))
    assert say(done="yes", who="Ana").headers["location"] == "/review/results"
    assert say(item="1", authentic="real", who="Ana").status_code == 409
    for name in ("Bo", "Cy", ""):
        assert not re.search("Detection rate|alpha|answers.json", seen_by(name, "/review/results").text)
        assert seen_by(name, "/review/answers.json?who=Ana").status_code == 404
    page = seen_by("Ana", "/review/results").text
    assert f"1 expert judged {len(blind.form.key)} of {len(blind.form.key)} records" in page
    assert "Detection rate: 1.00" in page
    assert 0 < float(re.search(r"agreement is \(alpha\): authentic ([\d.]+), class", page)[1]) < 1
    kept = json.loads((hidden.run.path / "review.json").read_text())
    assert [each["name"] for each in kept["experts"]] == ["Ana"]
    assert seen_by("Ana", "/review/answers.json?who=Bo").status_code == 404
    saved = seen_by("Ana", "/review/answers.json?who=Ana").json()
    assert {number: each["authentic"] for number, each in saved["answers"].items()} == {
        number: authentic(blind, number) for number in blind.form.key
    }


def test_files_of_two_reviewers_give_the_command_the_same_numbers(hidden, say, blind, seen_by, tmp_path):
    for name, wrong in (("Ana", ("1", "4")), ("Bo", ("2",))):
        everything(say, blind, name, wrong)
        say(done="yes", who=name)
    kept = json.loads((hidden.run.path / "review.json").read_text())
    for name in ("Ana", "Bo"):
        (tmp_path / f"{name}.json").write_bytes(seen_by("Bo", f"/review/answers.json?who={name}").content)
    assert review(hidden.run.path, [tmp_path / "Ana.json", tmp_path / "Bo.json"]) == kept
    assert kept["agreement"]["authentic"] < 1
    assert f"{kept['agreement']['authentic']:.3f}" in (hidden.run.path / "report.html").read_text()


def test_some_may_stay_without_an_answer_but_not_all(say, hidden):
    assert say(done="yes").status_code == 400
    assert say(begin="yes", who="Bo").headers["location"] == "/review"
    assert hidden.file.judgements.all() == []
    say(item="1", authentic="real", **{"class": "yes"})
    assert say(done="yes").status_code == 303


def test_who_could_not_hand_in_because_the_report_could_not_be_written_may_do_it_again(say, hidden, blind, monkeypatch):
    everything(say, blind, "Ana")
    with monkeypatch.context() as broken:
        broken.setattr("vbg_framework.ui.blind.write_report", lambda _: 1 / 0)
        assert say(done="yes", who="Ana").status_code == 500
    assert say(done="yes", who="Ana").status_code == 303


def test_two_people_at_once_lose_nothing(say, blind, hidden):
    with ThreadPoolExecutor(8) as pool:
        fields = [(who, number) for number in blind.form.key for who in ("Ana", "Bo")] * 2
        sent = [pool.submit(say, item=number, authentic="real", who=who, **{"class": "no"}) for who, number in fields]
        assert {one.result().status_code for one in sent} == {303}
    said = hidden.file.judgements.of(blind.form.id)
    assert len(said) == len(fields)
    assert {who: each["answers"].keys() for who, each in answers(said).items()} == dict.fromkeys(
        ("Ana", "Bo"), blind.form.key.keys()
    )


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
