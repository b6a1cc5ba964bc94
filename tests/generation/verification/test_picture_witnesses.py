"""The witnesses of pictures."""

import numpy as np
import pytest
from PIL import Image

from vbg_framework.generation.verification.pictures import EncoderWitness, OutlineWitness


@pytest.fixture
def collection():
    draw = np.random.default_rng(0)
    images = [Image.new("RGB", (40, 30), (200, 30 * (i % 2), int(draw.integers(50)))) for i in range(20)]
    return images, {"kind": np.eye(2, dtype=np.float32)[np.arange(20) % 2]}


def drawn(kind, draw):
    """A light bar that stands or lies, somewhere."""
    pixels, at = draw.integers(20, 60, (64, 64, 3), np.uint8), int(draw.integers(24, 32))
    pixels[(slice(10, 54), slice(at, at + 8)) if kind else (slice(at, at + 8), slice(10, 54))] += 150
    return Image.fromarray(pixels)


def test_outlines_of_a_few_pictures_are_enough():
    draw, witness = np.random.default_rng(0), OutlineWitness()
    known, new = (witness.represent([drawn(i % 2, draw) for i in range(count)]) for count in (6, 40))
    labels = {"kind": np.eye(2)[np.arange(6) % 2], "other": np.zeros((6, 3))}
    features, answers = witness.learn(known, labels, 0)(new)
    assert set(answers) == {"kind"}  # nothing is known of the other task
    assert features is new
    assert (answers["kind"].argmax(1) == np.arange(40) % 2).all()
    assert witness.represent([]).shape == (0, known.shape[1])


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
    assert features.mean(0) == pytest.approx(0, abs=1e-3)
