"""Records of a run on planes, and how far their classes part."""

from collections import Counter

import numpy as np
import pytest

import vbg_framework
from vbg_framework.config.plugins import load_plugins
from vbg_framework.report.feature_map import GENERATED, Point
from vbg_framework.runs.evidence import spaces as module
from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.spaces import Drawn, drawn, spaces
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen

TINY = "tests/tiny.yaml"


@pytest.fixture(scope="module")
def evidence(tmp_path_factory, request):
    run = vbg_framework.run(
        "tiny-copies", registry=request.config.rootpath / TINY, runs=tmp_path_factory.mktemp("runs"), accept_loss=True
    )
    return Evidence(FinishedRun(run, load_plugins()), Screen())


def test_test_and_training_objects_take_part_once_each_and_generated_records(evidence, monkeypatch):
    monkeypatch.setattr(module, "OBJECTS", 4)
    monkeypatch.setattr(module, "MADE", 3)
    some = drawn(evidence)
    assert Counter(each.point["part"] for each in some) == {"test": 4, "train": 4, GENERATED: 3}
    real = [each for each in some if each.point["part"] != GENERATED]
    clusters = evidence.items.column("cluster")
    assert len({clusters[evidence.place(each.point["id"])] for each in real}) == 8
    for each in real:
        place = evidence.place(each.point["id"])
        assert each.point["part"] == evidence.parts[place]
        assert each.point["labels"]["form"] == [evidence.items.record(place).targets["form"]]
        assert (each.point["image"] is None) == ("image" not in each.inputs)
    assert all(each.inputs for each in some)
    assert [each.point for each in drawn(evidence)] == [each.point for each in some]


def points(*records):
    """`records` are pairs of part and label, None = it has none."""
    return [
        Point(id=str(number), part=part, labels={"form": [label] if label else []}, image=None)
        for number, (part, label) in enumerate(records)
    ]


def laid(vectors, records, present=None):
    present = np.ones(len(records), bool) if present is None else np.array(present)
    embedding = Embedding([], {"text": np.array(vectors, float)}, {"text": present}, frozenset({"text"}))
    return spaces([Drawn(each, {"text": "a"}) for each in points(*records)], embedding, "pca")["panels"][0]


def test_the_nearest_training_record_is_asked_for_its_label():
    records = [("train", "bowl"), ("train", "vase"), ("train", "vase"), ("test", "bowl"), ("test", "vase")]
    vectors = [[9, 1], [1, 9], [1, 8], [1, 0.5], [3, 2]]  # the last one lies nearer to the bowl
    found = laid(vectors, records)["alike"]["form"]
    assert (found["records"], found["share"]) == (2, 0.5)
    assert found["chance"] == pytest.approx((1 / 3 + 2 / 3) / 2)
    assert found["low"] < 0.5 < found["high"]


def test_generated_records_and_those_without_a_label_are_placed_but_not_asked():
    records = [("train", "bowl"), ("generated", "vase"), ("test", "vase"), ("test", None), ("train", None)]
    panel = laid([[5, 5], [1, 9], [1, 8], [2, 7], [1, 8]], records)
    assert panel["alike"]["form"]["records"] == 1
    assert panel["alike"]["form"]["share"] == 0
    assert all(place is not None for place in panel["places"])
    assert laid([[5, 5], [1, 9], [1, 8]], [("test", "bowl")] * 3)["alike"] == {}


def test_a_record_that_lacks_the_input_has_no_place():
    records = [("train", "bowl")] * 4
    panel = laid([[1, 2], [0, 0], [3, 1], [5, 5]], records, [True, False, True, True])
    assert [place is None for place in panel["places"]] == [False, True, False, False]
    assert panel["numbers"] == 2
    assert panel["held"] == pytest.approx(1)
