"""The witnesses of pictures."""

import numpy as np
import pytest
from PIL import Image

from vbg_framework.generation.verification import pictures as module
from vbg_framework.generation.verification.pictures import EncoderWitness, NetWitness
from vbg_framework.screen import Screen


@pytest.fixture
def collection():
    draw = np.random.default_rng(0)
    images = [Image.new("RGB", (40, 30), (200, 30 * (i % 2), int(draw.integers(50)))) for i in range(20)]
    return images, {"kind": np.eye(2, dtype=np.float32)[np.arange(20) % 2]}


def test_what_the_network_learnt_is_kept(collection, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "STEPS", 30)
    images, labels = collection
    first, second = (NetWitness(0, tmp_path / "judge", Screen()) for _ in range(2))
    x = first.represent(images)
    features, answers = first.learn(x, labels, 0)(x)
    monkeypatch.setattr(module, "train_net", None)  # no further training
    again, told = second.learn(x, labels, 0)(x)
    assert np.array_equal(features, again)
    assert np.array_equal(answers["kind"], told["kind"])
    assert features.mean(0) == pytest.approx(0, abs=1e-3)


class Colours:
    """In the place of an encoder."""

    name = "colours"

    def features_of(self, images):
        return np.array([np.asarray(image).mean((0, 1)) for image in images], np.float32)


def test_an_encoder_is_asked_once_and_heads_learn_on_top(collection):
    images, labels = collection
    witness = EncoderWitness(Colours())
    x = witness.represent(images)
    features, answers = witness.learn(x, labels, 0)(x)
    assert (witness.name, features.shape) == ("colours", (20, 3))
    assert (answers["kind"].argmax(1) == np.arange(20) % 2).all()
