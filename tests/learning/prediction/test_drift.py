"""Records that are unlike those a model was tested on."""

import random

import numpy as np
import pytest
from PIL import Image

from vbg_framework.contracts.record import Task
from vbg_framework.learning.prediction import drift as module
from vbg_framework.learning.prediction.drift import Drift, given, p_value, write_reference

KINDS = Task("kind", classes=("jug", "bowl"))
WORDS = [f"word{n}" for n in range(300)]


class Items:
    modalities = ("text", "image")

    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def read(self, modality, index):
        return self.rows[index][modality]


def rows(count, seed, words=WORDS, colour=0):
    draw = random.Random(seed)
    for _ in range(count):
        shade = tuple(min(255, draw.randrange(120) + colour) for _ in range(3))
        yield {"text": " ".join(draw.choices(words, k=8)), "image": Image.new("RGB", (12, 12), shade)}


def notes(tmp_path, new, classes=None):
    train, held_out = Items([*rows(120, 0)]), Items([*rows(60, 1)])
    chosen = np.eye(2, dtype=bool)[np.arange(60) % 2]
    write_reference(tmp_path, train, held_out, {"kind": chosen})
    drift = Drift(tmp_path)
    for place, row in enumerate(new):
        drift.add(
            str(place), drift.look(str(place), row), {"kind": (classes or (lambda n: [n % 2 == 0, n % 2 == 1]))(place)}
        )
    return [*drift.notes()]


def test_nothing_is_said_of_records_that_are_alike(tmp_path):
    assert notes(tmp_path, rows(60, 2)) == []


def test_new_words_new_pictures_and_other_shares_are_said(tmp_path):
    (told,) = notes(tmp_path, rows(60, 2, [f"neu{n}" for n in range(40)]))
    assert "100% of the words per record are in no training text" in told
    (told,) = notes(tmp_path, rows(60, 2, colour=130))
    assert "times as far from those it learnt from" in told
    (told,) = notes(tmp_path, rows(60, 2), lambda n: [True, False])
    assert told == "the classes of kind come in other shares than in the test."


def test_the_order_of_the_records_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST", 40)
    new = [(str(n), row) for n, row in enumerate(rows(90, 2, WORDS[:30] + [f"neu{n}" for n in range(30)]))]
    write_reference(tmp_path, Items([*rows(120, 0)]), Items([*rows(60, 1)]), {})
    found = []
    for order in (new, new[::-1]):
        drift = Drift(tmp_path)
        for name, row in order:
            drift.add(name, drift.look(name, row), {})
        found.append([*drift.notes()])
    assert found[0] == found[1] != []


@pytest.mark.parametrize("count", [0, 5])
def test_few_records_are_not_compared(tmp_path, count):
    assert notes(tmp_path, rows(count, 2, ["neu"])) == []


def test_a_model_without_a_reference_says_nothing(tmp_path):
    drift = Drift(tmp_path)
    for n in range(30):
        drift.add(str(n), drift.look(str(n), {"text": "neu"}), {})
    assert [*drift.notes()] == []


def test_a_false_alarm_is_as_rare_as_promised():
    draw = np.random.default_rng(5)
    values = [p_value(*np.split(draw.exponential(size=80), [40])) for _ in range(40)]
    assert sum(each <= 0.05 for each in values) <= 6
    assert min(values) >= 1 / (module.ROUNDS + 1)


def test_the_classes_of_probabilities_are_the_likeliest_or_those_above_one_half():
    found = np.array([[0.6, 0.4], [0.3, 0.7]])
    assert given(KINDS, found).tolist() == [[True, False], [False, True]]
    assert given(Task("t", True, ("a", "b")), np.array([[0.6, 0.5]])).tolist() == [[True, True]]
