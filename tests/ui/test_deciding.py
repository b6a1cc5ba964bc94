"""Decisions that are sent."""

import pytest

from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.screen import Screen

FORM = {"task": "form", "place": "0"}


def test_ten_corrections_arrive_when_the_data_is_prepared_again(bench, decide, tmp_path):
    from tiny import TINY

    labels, wanted = bench.collection.labels["form"], {}
    for place in range(10):
        (old,) = labels.names("truth", place)
        new = next(name for name in labels.task.classes if name != old)
        assert decide(place=place, task="form", choice=new, why="seen", next="object").status_code == 303
        wanted[bench.collection.ids[place]] = new
    part = Registry.read(TINY).dataset("tiny-museum", load_plugins(), [f"corrections={bench.file.path}"])
    prepared = prepare_data(part, Screen())
    assert prepared.info["corrections"]["applied"] == 10
    rows = {row["id"]: row["target_form"] for row in prepared.table}
    assert {name: rows[name] for name in wanted} == wanted
    assert {row["id"]: row["target_form"] for row in bench.collection.prepared.table} != rows


def test_an_entry_says_who_what_why_and_what_stood_there(bench, decide):
    labels = bench.collection.labels["form"]
    new = next(name for name in labels.task.classes if name not in labels.names("truth", 0))
    decide(**FORM, kind="correct", value=new, who="Bo", why="=the neck", seen="0")
    (entry,) = bench.file.ledger.decisions()
    assert (entry.kind, entry.value) == ("correct", new)
    assert (entry.who, entry.why, entry.id) == ("Bo", "the neck", bench.collection.ids[0])
    assert [entry.before] == labels.names("truth", 0)


def test_the_label_itself_is_a_confirmation(bench, decide):
    decide(**FORM, choice=bench.collection.labels["form"].names("truth", 0)[0])
    decide(**FORM, kind="correct", value="")
    assert [each.kind for each in bench.file.ledger.decisions()] == ["accept", "correct"]


def test_what_is_taken_back_comes_to_view_again_and_only_ones_own_can_be(bench, decide):
    decide(**FORM, kind="accept", who="Ann")
    assert decide(kind="undo", task="form", who="Bo").status_code == 409
    assert decide(kind="undo", task="glaze", who="Ann").status_code == 409
    answer = decide(kind="undo", task="form", who="Ann")
    assert answer.headers["location"] == "/doubt?task=form&at=0"
    assert [each.kind for each in bench.file.ledger.decisions()] == ["accept", "undo"]
    assert decide(kind="undo", task="form", who="Ann").status_code == 409


@pytest.mark.parametrize(
    "fields",
    [{**FORM, "kind": "remove"}, {**FORM, "kind": "accept", "place": "99999"}, {**FORM, "kind": "accept", "task": "x"},
     {**FORM, "kind": "correct", "value": "no such class"}, {**FORM, "kind": "correct", "value": ["jar", "bowl"]}],
)  # fmt: skip
def test_what_is_no_decision_is_refused_and_leaves_nothing(bench, decide, fields):
    assert decide(**fields).status_code == 400
    assert bench.file.ledger.decisions() == []


def test_nobody_decides_without_a_name(client, known, bench):
    client.cookies.delete("vbg-who")
    assert "Say who you are" in client.post("/decide", data={"form": known.form, **FORM, "kind": "accept"}).text
    assert bench.file.ledger.decisions() == []


def test_one_goes_on_within_the_workbench_alone(decide):
    assert decide(**FORM, kind="skip", next="https://evil.example").headers["location"] == "/doubt?task=form"
    assert decide(**FORM, kind="skip", next="object").headers["location"] == "/object/0"
