"""Small linear models."""

import numpy as np
import pytest
from memory_data import prepare_records
from PIL import Image

from vbg_framework.contracts.record import Record
from vbg_framework.data.card.probe import colours, majority, score, words


def one_hot(codes, classes):
    return np.eye(classes, dtype=bool)[codes]


def test_a_telling_word_is_found():
    texts, codes = [f"{word} bowl" for word in ("red", "blue", "green")] * 20, [0, 1, 2] * 20
    target = one_hot(codes, 3)
    assert score(*words(texts, texts), target, target) == {"accuracy": 1, "macro_f1": 1}


def test_characters_of_scripts_without_spaces_are_words():
    train, _ = words(["青釉碗", "白釉碗"], [""])
    assert train.shape == (2, 4)


@pytest.mark.parametrize("texts", [[""] * 6, ["..."] * 6])
def test_without_a_word_the_most_frequent_class_is_given(texts):
    target = one_hot([0, 0, 0, 0, 1, 1], 2)
    assert score(*words(texts, texts), target, target) == majority(target, target)
    assert majority(target, target)["accuracy"] == pytest.approx(4 / 6, abs=1e-4)


def test_several_labels_must_all_be_right():
    generator = np.random.default_rng(0)
    features = generator.normal(size=(300, 4))
    target = np.concatenate([features[:, :2] > 0, np.ones((300, 1)), np.zeros((300, 1))], axis=1).astype(bool)
    found = score(features[:200], features[200:], target[:200], target[200:])
    assert found["accuracy"] > 0.85
    assert majority(target[:200], target[200:])["accuracy"] < 0.5


def test_one_class_alone_is_always_given():
    target = one_hot([1] * 5, 2)
    assert score(np.zeros((5, 2)), np.zeros((5, 2)), target, target)["accuracy"] == 1


def test_colours_are_those_of_the_picture(tmp_path):
    records = [Record("a", {"image": Image.new("RGB", (20, 30), (255, 0, 51))}, {"kind": "a"})]
    records += [Record("b", {"text": "x"}, {"kind": "a"})]
    found = colours(prepare_records(tmp_path, records).table)
    assert found.shape == (2, 96)
    np.testing.assert_allclose(found[0].reshape(16, 6), [[1, 0, 0.2, 0, 0, 0]] * 16, atol=1e-6)
    assert not found[1].any()
