"""Labels of other tasks as metadata; that a run with them predicts its own table is among the laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_data import prepare_records

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import Experiment
from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.loading.known_labels import check_known_labels, follows, with_known_labels, with_own_labels
from vbg_framework.data.loading.opening import open_items

TASKS = (Task("kind"), Task("stuff"), Task("uses", multi_label=True))
PAIRS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=12)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Every third record has metadata; `stuff` is unknown for every fourth and says nothing about `kind`."""
    rng = np.random.default_rng(0)
    records = []
    for i in range(80):
        targets = {"kind": "ab"[i % 2], "uses": ["eat", "cook"][: i % 3]}
        targets |= {"stuff": rng.choice(["clay", "wood"])} if i % 4 else {}
        inputs = {"text": "Bowl"} | ({"metadata": {"year": i}} if i % 3 == 0 else {})
        records.append(Record(f"r{i:02d}", inputs, {name: label for name, label in targets.items() if label}))
    return prepare_records(tmp_path_factory.mktemp("data"), records, tasks=TASKS)


def experiment(*labels):
    encoders = {"metadata": {"type": "one_hot"}}
    part = {"data": {"type": "table"}, "tasks": ["kind"], "classifier": {"type": "softmax"}}
    return Experiment(**part, encoders=encoders, inputs={"labels": list(labels)})


def test_items_and_records_have_the_known_labels_among_their_metadata(prepared):
    _, parts = open_items(experiment("stuff", "uses"), prepared)
    whole = parts["train"].whole
    told = [whole.read("metadata", place) for place in range(len(whole))]
    assert told[8] is None or "stuff" not in told[8]
    assert told[5] == {"stuff": whole.column("target_stuff")[5], "uses": "cook; eat"}
    assert told[3].keys() == {"year", "stuff"}
    for place, label in enumerate(whole.column("target_stuff")):
        inputs = {"metadata": {"year": float(place)}} if place % 3 == 0 else {}
        uses = ["eat", "cook"][: place % 3]
        given = with_own_labels(Record("r", inputs, {"stuff": label, "uses": uses}), ["stuff", "uses"])
        assert given.inputs.get("metadata") == told[place]


def test_labels_read_for_prediction_are_those_that_preparing_makes_of_them(tmp_path):
    given = ["Scha\u0308le", " jug  of clay", "jug of clay"]
    records = [Record(str(i), {"text": "x"}, {"kind": "ab"[i % 2], "uses": given}) for i in range(4)]
    told = with_known_labels(prepare_records(tmp_path, records, tasks=TASKS), ["uses"]).table[0]["meta_uses"]
    assert told == "Sch\u00e4le; jug of clay"
    assert with_own_labels(records[0], ["uses"]).inputs["metadata"] == {"uses": told}


def test_the_data_set_stays_the_same_one_and_says_what_kind_of_field_it_is(prepared):
    told = with_known_labels(prepared, ["stuff"])
    assert told.fingerprint == prepared.fingerprint
    assert told.metadata_kinds == {"year": "number", "stuff": "string"}
    assert prepared.metadata_kinds == {"year": "number"}


def test_an_unknown_task_and_a_field_of_that_name_are_refused(prepared, tmp_path):
    with pytest.raises(VBGError, match="unknown task 'stuf'"):
        with_known_labels(prepared, ["stuf"])
    records = [Record(str(i), {"metadata": {"stuff": "x"}}, {"stuff": "ab"[i % 2]}) for i in range(4)]
    with pytest.raises(VBGError, match=r"inputs.labels: the data set has a metadata field 'stuff' already"):
        with_known_labels(prepare_records(tmp_path, records, tasks=(Task("stuff"),)), ["stuff"])


def columns(label, answer):
    return {"meta_label": label, "target_kind": answer}.__getitem__


def test_a_label_that_says_the_same_as_the_task_is_refused():
    words = ["Krug", "Schale"] * 20
    with pytest.raises(VBGError, match=r"'label' says the same as the task 'kind' in 100% of 40 training records"):
        list(check_known_labels(["kind"], ["label"], columns(words, ["jug", "bowl"] * 20)))


def test_a_finer_label_is_said_and_one_that_tells_little_is_not():
    finer = ["jug", "ewer", "bowl", "dish"] * 10
    [line] = check_known_labels(["kind"], ["label"], columns(finer, ["jug", "jug", "bowl", "bowl"] * 10))
    assert line == "Note   the label 'label' alone gives 'kind' away in 100% of 40 training records."
    assert not [*check_known_labels(["kind"], ["label"], columns(finer, ["jug", "bowl"] * 5 + ["bowl", "jug"] * 15))]
    few = ["Krug", "Schale"] * 5
    assert not [*check_known_labels(["kind"], ["label"], columns(few, ["jug", "bowl"] * 5))]


@given(PAIRS)
def test_what_follows_is_what_the_other_pairs_say(pairs):
    right = 0
    for place, (first, second) in enumerate(pairs):
        others = [b for a, b in pairs[:place] + pairs[place + 1 :] if a == first]
        leading = [b for b in set(others) if others.count(b) == max(map(others.count, others))]
        right += leading == [second]
    assert follows(pairs) == right / max(1, len(pairs))
