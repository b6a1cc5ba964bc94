"""What a fusion reads together."""

import numpy as np
import pytest

import vbg_framework
from vbg_framework.learning.explanation.links import _of_cells, _of_words, links


@pytest.fixture(scope="module")
def model(tiny_run):
    return vbg_framework.load(tiny_run)


@pytest.fixture(scope="module")
def inputs(model):
    from vbg_mini_museum.dataset import MiniMuseum

    records = MiniMuseum(model.data.config).records()
    return next(found for record in records if {"image", "text"} <= (found := model.reading(record).inputs).keys())


def test_every_word_and_every_region_shares_out_its_attention(model, inputs):
    found = links(model, inputs)
    assert found.weights.shape == (len(found.words), 8, 8)
    read = max(place[1] for place in model.model.encoders["text"].places(inputs["text"]) if place)
    expected = [float(start < read) for start, _ in found.words]  # the encoder stops at its longest text
    assert found.weights.sum((1, 2)) == pytest.approx(expected)
    assert found.regions.sum(2) == pytest.approx(1)


def test_links_are_those_of_the_fusion_counted_by_hand(model, inputs):
    found = links(model, inputs)
    batch = model.batch([inputs])
    maps = model.model.fusion.attention(model.model.features(batch))
    to_image, to_text = (maps[pair][0].detach().mean(0).numpy() for pair in (("text", "image"), ("image", "text")))
    places = model.model.encoders["text"].places(inputs["text"])
    start, end = found.words[0]
    tokens = [n for n, place in enumerate(places) if place and place[0] < end and place[1] > start]
    both = to_image + (to_text / to_text.sum(0, keepdims=True)).T
    expected = both[tokens].sum(0) / both[tokens].sum()
    assert found.weights[0].reshape(4, 2, 4, 2).sum((1, 3)).ravel() == pytest.approx(expected, abs=1e-5)  # 16 patches


def test_without_a_text_or_without_attention_there_are_none(model, inputs, monkeypatch):
    assert links(model, {"image": inputs["image"]}) is None
    monkeypatch.setattr(type(model.model.fusion), "attention", lambda self, features: {})
    assert links(model, inputs) is None


def test_tokens_are_shared_out_by_their_places():
    cells = _of_cells([(0, 0, 0.25, 0.125), None]).reshape(2, 8, 8)
    assert cells[0, 0, :2].tolist() == [0.5, 0.5]
    assert cells.sum() == pytest.approx(1)
    assert np.array_equal(_of_words([None, (0, 3), (3, 6), (7, 9)], [(0, 6), (7, 9)]), [[0, 1, 1, 0], [0, 0, 0, 1]])
