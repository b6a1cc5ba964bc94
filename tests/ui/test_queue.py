"""The queue of labels to doubt."""

import re

import pytest


@pytest.fixture
def doubts(bench):
    return bench.doubts.wait()["form"]


def at(text):
    """The place of the object that is asked about."""
    return int(re.search(r'name="place" value="(\d+)"', text)[1])


def test_the_most_doubtful_comes_first_and_keys_choose_the_likely_classes(client, bench, doubts):
    text = client.get("/doubt?task=form").text
    first = doubts.flagged[0]
    assert at(text) == bench.places[first.id]
    keys = re.findall(r'name="choice" value="(\w+)" data-key="(\d)"', text)
    assert [key for _, key in keys] == [str(n) for n in range(1, len(keys) + 1)]
    assert [name for name, _ in keys][: len(first.likely)] == [*first.likely][: len(keys)]
    assert f"{len(doubts.flagged)} <span" in text


def test_what_was_decided_or_passed_over_leaves_the_queue(client, bench, doubts, decide, reader):
    for count, kind in enumerate(("accept", "skip"), start=1):
        place = at(client.get("/doubt?task=form").text)
        assert place == bench.places[doubts.flagged[count - 1].id]
        decide(kind=kind, place=place, task="form")
    other = reader(bench)
    other.cookies.set("vbg-who", "Bo")
    assert at(other.get("/doubt?task=form").text) == bench.places[doubts.flagged[1].id]


def test_a_conflict_comes_back_to_the_queue(client, bench, doubts, decide):
    names, place = doubts.task.classes, bench.places[doubts.flagged[0].id]
    decide(kind="correct", place=place, task="form", value=names[0], who="Ann")
    decide(kind="correct", place=place, task="form", value=names[1], who="Bo")
    assert at(client.get("/doubt?task=form").text) == place


def test_an_empty_queue_says_so_and_any_object_can_be_looked_at(client, bench, doubts, decide):
    for row in doubts.flagged:
        decide(kind="accept", place=bench.places[row.id], task="form")
    assert "Nothing is left to look at" in client.get("/doubt?task=form").text
    assert at(client.get("/doubt?task=form&at=3").text) == 3
    assert client.get("/doubt?task=form&at=x").status_code == 200


def test_an_unknown_task_is_the_first(client, doubts):
    assert "labels to look at, form" in client.get("/doubt?task=<b>").text
