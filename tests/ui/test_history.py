"""Decisions and conflicts in one list, and the file to take away."""

import csv
import io

import pytest


@pytest.fixture
def names(bench):
    return bench.collection.labels["form"].task.classes


def test_the_file_to_take_away_is_the_one_on_the_disk(client, decide, bench, names):
    decide(kind="correct", place="0", task="form", value=names[0], who="Ann", why='a, "b"')
    decide(kind="correct", place="1", task="form", value=names[1], who="Ann")
    answer = client.get("/corrections.csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content == bench.file.path.read_bytes()


def test_the_last_decisions_come_first_and_what_is_taken_back_is_struck_out(client, decide, names):
    decide(kind="correct", place="0", task="form", value=names[0], who="Ann", why="reason one")
    decide(kind="skip", place="1", task="form", who="Ann")
    decide(kind="undo", task="form", who="Ann")
    text = client.get("/history").text
    assert text.index("taken back") < text.index("<s>passed over</s>") < text.index("reason one")
    assert "3 <span" in text


def test_conflicts_are_listed_with_both_sides(client, decide, names):
    decide(kind="correct", place="0", task="form", value=names[0], who="Ann")
    decide(kind="correct", place="0", task="form", value=names[1], who="Bo")
    text = client.get("/history").text
    assert "<h2>Conflicts</h2>" in text
    rows = [*csv.DictReader(io.StringIO(client.get("/corrections.csv").content.decode("utf-8-sig")))]
    assert {row["value"] for row in rows} == {names[0], names[1]}


def test_at_first_nothing_was_decided(client):
    assert "Nothing was decided yet" in client.get("/history").text
