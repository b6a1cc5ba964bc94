"""Annotations as people send them."""

import re

import pytest

REGION = {"left": "10", "top": "20", "right": "60", "bottom": "45.5"}


@pytest.fixture
def annotate(client, known):
    return lambda **fields: client.post("/annotate", data={"form": known.form, "place": "0", "view": "0", **fields})


@pytest.fixture
def field(bench):
    """A text of the first record: its field, and what it says."""
    return next(iter(bench.collection.texts(0).items()))


def test_a_region_and_words_are_linked_under_a_term(client, bench, annotate, field):
    name, text = field
    word = text.split()[-1]
    assert annotate(**REGION, field=name, words=word, term="rim", why="chipped").status_code == 303
    (found,) = bench.file.annotations.standing()
    assert (found.region, found.picture) == ("10,20,50,25.5", bench.collection.cell("sha256", bench.collection.rows[0]))
    assert text[found.start : found.start + len(word)] == found.words == word
    assert (found.id, found.term, found.who, found.why) == (bench.collection.ids[0], "rim", "A. Lee", "chipped")
    page = client.get("/object/0").text
    assert '<rect class="marked" x="10.0" y="20.0" width="50.0" height="25.5"><title>rim' in page
    assert f"<q>{word}</q>" in page
    assert found.term not in client.get("/object/1").text.partition("Annotations")[2].partition("<details")[0]


def test_of_words_that_occur_twice_those_near_where_they_were_selected_are_meant(bench, annotate, monkeypatch):
    text = "red rim,\n red  rim"
    monkeypatch.setattr(bench.collection, "texts", lambda place: {"title": text})
    annotate(field="title", words="red rim", start="9", term="rim")
    (found,) = bench.file.annotations.standing()
    assert (found.start, found.words) == (10, "red  rim")


def test_only_ones_own_is_taken_back(client, bench, annotate):
    annotate(**REGION, term="rim")
    assert annotate(number="1", who="Bo").status_code == 409
    assert annotate(number="1", place="1").status_code == 409
    assert annotate(number="1").status_code == 303
    assert annotate(number="1").status_code == 409
    assert bench.file.annotations.standing() == []
    assert client.get("/annotations.json").json()["items"] == []


@pytest.mark.parametrize(
    "fields",
    [{}, {"term": "rim"}, REGION, {**REGION, "right": "5", "term": "rim"}, {**REGION, "top": "nan", "term": "rim"},
     {**REGION, "left": "-1", "term": "rim"}, {"left": "x", "term": "rim"}, {**REGION, "view": "99", "term": "rim"},
     {"words": "no such words", "field": "description", "term": "rim"}, {"place": "999999", **REGION, "term": "rim"},
     {"words": "a", "field": "../x", "term": "rim"}],
)  # fmt: skip
def test_what_is_no_annotation_is_refused_and_leaves_nothing(annotate, bench, fields):
    assert annotate(**fields).status_code == 400
    assert bench.file.annotations.all() == []


def test_a_forged_form_and_nobody_are_refused(client, known, bench):
    assert client.post("/annotate", data={"form": "x", "place": "0", **REGION, "term": "rim"}).status_code == 403
    client.cookies.delete("vbg-who")
    answer = client.post("/annotate", data={"form": known.form, "place": "0", **REGION, "term": "rim"})
    assert answer.status_code == 400
    assert bench.file.annotations.all() == []


def test_names_that_want_to_be_code_are_shown_as_they_are(client, annotate):
    annotate(**REGION, term="<b>rim</b>", who="<i>Bo</i>")
    assert not re.search("<b>|<i>", client.get("/object/0").text)


def test_the_evidence_tells_whether_the_model_looks_where_people_point(client, bench, annotate):
    assert "People marked" not in client.get("/object/0/why").text
    annotate(**REGION, term="rim")
    assert re.search(r"People marked 13 % of the picture .+ lies (in|outside) what", client.get("/object/0/why").text)
    (found,) = bench.file.annotations.standing()
    bench.file.annotations.add(found._replace(undone=found.number, when="", number=0))
    bench.file.annotations.add(found._replace(picture="00" * 32, when="", number=0))
    assert "People marked" not in client.get("/object/0/why").text
