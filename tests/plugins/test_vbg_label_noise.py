"""Wrong labels in training. Promises of the interface are in test_conformance."""

from collections import Counter

import pytest
from tiny import TINY
from vbg_label_noise import LabelNoiseConfig
from vbg_label_noise.augmenter import LabelNoise, WrongLabels

import vbg_framework
from vbg_framework.base.errors import VBGError
from vbg_framework.testing import collection

SIZES = {"form": 5, "glaze": 3, "tags": 4}


def items(count=2000):
    return [
        {"id": f"r{n}", "inputs": {}, "targets": {"form": n % 5, "glaze": None, "tags": [0, 1, 0, n % 2]}}
        for n in range(count)
    ]


def targets(made):
    return [item["targets"] for item in made]


def test_the_share_asked_for_is_wrong_and_the_rest_is_untouched():
    given = items()
    made = WrongLabels(1, 0.3, SIZES)(given)
    wrong = [before["targets"]["form"] != after["targets"]["form"] for before, after in zip(given, made, strict=True)]
    assert sum(wrong) / len(wrong) == pytest.approx(0.3, abs=0.03)
    assert all(before is after for before, after, lost in zip(given, made, wrong, strict=True) if not lost)
    assert targets(given) == targets(items())


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_none_or_all_may_be_wrong(share):
    given = items(200)
    made = WrongLabels(1, share, SIZES)(given)
    wrong = [before["targets"]["form"] != after["targets"]["form"] for before, after in zip(given, made, strict=True)]
    assert set(wrong) == {share == 1.0}


def test_every_wrong_class_is_equally_probable():
    made = WrongLabels(1, 1.0, SIZES)(items(4000))
    counts = Counter((n % 5, target["form"]) for n, target in enumerate(targets(made)))
    assert len(counts) == 5 * 4
    assert all(count == pytest.approx(200, abs=60) for count in counts.values())


def test_a_record_gets_the_same_wrong_class_in_every_batch_and_another_seed_chooses_others():
    noise, given = WrongLabels(1, 0.5, SIZES), items(100)
    whole = targets(noise(given))
    assert targets(noise(given[40:50])) == whole[40:50]
    assert targets(noise(given[::-1])) == whole[::-1]
    assert targets(WrongLabels(2, 0.5, SIZES)(given)) != whole


def test_a_multi_label_record_carries_one_class_it_does_not_have():
    for before, after in zip(targets(items(100)), targets(WrongLabels(1, 1.0, SIZES)(items(100))), strict=True):
        assert sum(after["tags"]) == 1
        assert not any(old and new for old, new in zip(before["tags"], after["tags"], strict=True))


def test_a_missing_label_stays_missing_and_all_classes_at_once_stay():
    given = [{"id": "a", "inputs": {}, "targets": {"glaze": None, "tags": [1, 1, 1, 1]}}]
    assert targets(WrongLabels(1, 1.0, SIZES)(given)) == targets(given)


def test_the_task_named_is_the_only_one():
    view = collection.training_view(collection.records(collection.COUNTS), [])
    transform = LabelNoise(LabelNoiseConfig(share=1, task="form")).transform(view)
    ((after,),) = [targets(transform([{"id": "a", "inputs": {}, "targets": {"form": 0, "colours": [1, 0, 0, 0]}}]))]
    assert after["form"] != 0
    assert after["colours"] == [1, 0, 0, 0]


def test_an_unknown_task_is_named():
    view = collection.training_view(collection.records(collection.COUNTS), [])
    with pytest.raises(VBGError, match=r"augmenter\.task: unknown task, got 'from'\. Did you mean 'form'"):
        LabelNoise(LabelNoiseConfig(task="from")).transform(view)


def test_noise_hurts_what_training_learns_and_leaves_the_test_labels_alone(tmp_path):
    sets = ["train.steps=150", "train.evaluate_every=150", "tasks=[glaze]", "augmenter={type: label_noise, share: 0.9}"]
    noisy = vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=sets)
    clean = vbg_framework.run("tiny-text", registry=TINY, runs=tmp_path, sets=sets[:3])
    scores, wrong = (run.read_json("metrics.json")["test"]["glaze"]["accuracy"] for run in (clean, noisy))
    assert wrong < scores
    assert noisy.read_json("metrics.json")["data"] == clean.read_json("metrics.json")["data"]
