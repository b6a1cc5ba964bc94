"""What the measures must say of things whose quality is known beforehand."""

import json
from dataclasses import replace

import numpy as np
import pytest
from collection import grainy, noise, view

from vbg_framework.contracts.record import Record
from vbg_framework.generation.quality import measure

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told(collection, judge):
    """Case -> what is measured when these records are passed off as generated."""
    train, made, unseen = collection
    generator = np.random.default_rng(0)
    copies = [train[i] for i in generator.permutation(len(train))[: len(made)].tolist()]
    first = {record.targets["form"]: record for record in train}
    forms = judge.classes["form"]
    cases = {
        "unseen": made,
        "copies": copies,
        "noise": [noise(record, generator) for record in made],
        "wrong": [_as(record, forms[forms.index(record.targets["form"]) - 1]) for record in made],
        "monotony": [grainy(first[record.targets["form"]], generator) for record in made],
    }
    return {name: measure(records, train, unseen, judge, seed=1) for name, records in cases.items()}


def _as(record, name):
    return replace(record, targets={"form": name})


def test_unseen_real_images_are_as_good_as_unseen_real_images(told):
    found = told["unseen"]
    assert abs(found["kid"]["value"]) < 3 * found["kid"]["error"]
    for name in ("precision", "recall", "coverage"):
        assert abs(found[name]["value"] - found[name]["reference"]) < 0.25
    assert 0.7 < found["memorisation"]["ratio"] < 1.4
    assert 0.7 < found["diversity"]["ratio"] < 1.3
    form = found["recovery"]["form"]
    assert form["interval"][0] < form["compared"]["real"] < form["interval"][1] + 0.1
    assert found["memorisation"]["near_copies"]["share"] < 0.1
    assert found["notes"] == []


def test_copies_of_training_images_are_found_out(told):
    memory = told["copies"]["memorisation"]
    assert memory["near_copies"]["share"] == 1
    assert memory["ratio"] < 0.01
    assert memory["closer"] == 1
    assert len(memory["closest"]) == 12
    assert all(pair["id"] == pair["nearest"] and pair["bits"] == 0 for pair in memory["closest"])
    assert told["copies"]["texts"]["in_training"] == 1
    assert told["unseen"]["texts"]["in_training"] < 0.2


def test_copies_look_better_than_unseen_images_to_all_other_measures(told):
    """Why no run may be judged without the memorisation table."""
    assert told["copies"]["kid"]["value"] < told["unseen"]["kid"]["value"] + told["unseen"]["kid"]["error"]
    assert told["copies"]["precision"]["value"] >= told["unseen"]["precision"]["value"]


def test_noise_is_far_from_everything_real_and_not_recognised(told):
    found, real = told["noise"], told["unseen"]
    assert found["kid"]["value"] > 5 * found["kid"]["error"]
    assert found["kid"]["value"] > 100 * abs(real["kid"]["value"])
    assert found["precision"]["value"] == found["coverage"]["value"] == 0
    assert found["recovery"]["form"]["interval"][1] < real["recovery"]["form"]["interval"][0]
    assert found["memorisation"]["ratio"] > 2
    assert found["texts"] is None


def test_images_of_another_class_are_not_what_was_asked_for(told):
    found = told["wrong"]["recovery"]["form"]
    assert found["accuracy"] < 0.3
    assert found["compared"]["generated"] < found["compared"]["real"]
    assert found["interval"][1] < told["unseen"]["recovery"]["form"]["interval"][0]
    assert told["wrong"]["kid"]["value"] > told["unseen"]["kid"]["value"]
    assert "glaze" not in told["wrong"]["recovery"]


def test_the_same_image_again_and_again_lacks_variety(told):
    found, real = told["monotony"], told["unseen"]
    assert found["diversity"]["ratio"] < 0.5 * real["diversity"]["ratio"]
    assert found["diversity"]["duplicates"] > 0.5
    assert found["recall"]["value"] < real["recall"]["value"]
    assert found["coverage"]["value"] < real["coverage"]["value"]


def test_another_mix_of_classes_is_no_lack_of_quality(collection, judge, told):
    train, made, unseen = collection
    forms = sorted({record.targets["form"] for record in made})[:4]
    found = measure([r for r in made if r.targets["form"] in forms], train, unseen, judge, seed=1)
    assert abs(found["kid"]["value"]) < 3 * found["kid"]["error"]
    assert found["kid"]["value"] < told["wrong"]["kid"]["value"]


def test_the_result_is_ready_for_json_and_the_same_again(collection, judge, told):
    train, made, unseen = collection
    assert json.loads(json.dumps(told["unseen"], allow_nan=False)) == told["unseen"]
    assert measure(made, train, unseen, judge, seed=1) == told["unseen"]
    assert told["unseen"]["network"] == judge.name
    assert told["unseen"]["n"]["images"] == len(made)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_images_give_none_and_the_reason(collection, judge, count):
    train, made, unseen = collection
    found = measure(made[:count], train, unseen, judge, seed=1)
    assert found["kid"] is found["precision"] is found["coverage"] is None
    assert found["notes"]
    assert (found["recovery"] is None) == (count == 0)
    json.dumps(found, allow_nan=False)


def test_without_unseen_images_there_is_no_reference_but_a_reason(collection, judge):
    train, made, _ = collection
    found = measure(made, train, view([]), judge, seed=1)
    assert found["kid"]["value"] is not None
    assert found["kid"]["reference"] is found["precision"]["reference"] is None
    assert found["memorisation"]["ratio"] is found["recovery"]["form"]["compared"] is None
    assert found["memorisation"]["near_copies"]["n"] == len(made)
    assert len(found["notes"]) == 2


def test_without_a_judge_texts_are_still_measured(collection):
    train, made, unseen = collection
    found = measure(made, train, unseen, None, seed=1)
    assert found["network"] is found["kid"] is found["memorisation"] is None
    assert found["texts"]["n"] > 0
    assert "no network" in found["notes"][0]


def test_records_with_text_only_are_measured_as_texts(collection, judge):
    train, _, unseen = collection
    found = measure([Record("a", {"text": {"title": "Bowl"}}, {"form": "bowl"})], train, unseen, judge, seed=1)
    assert found["memorisation"] is None
    assert found["texts"]["n"] == 1


def test_thumbnails_are_written_where_asked(collection, judge, tmp_path):
    train, made, unseen = collection
    measure(made[:5], train, unseen, judge, seed=1, gallery=tmp_path)
    assert len((tmp_path / "nearest.jsonl").read_text().splitlines()) == 5
