import numpy as np
import pytest
import torch
from gan_pictures import frames, view
from vbg_gan.sampler import Codes, Sampler, one_hot
from vbg_gan.table import AttributeTable

COUNTS = {"bowl": 90, "vase": 10}


@pytest.fixture
def codes():
    return Codes(AttributeTable.learn(view(), ["colour"]))


def test_classes_and_values_become_their_places_and_the_unknown_becomes_minus_one(codes):
    classes, values = codes([("bowl", {"colour": "green"}), ("vase", {}), ("idol", {"colour": "pink"})])
    assert classes.tolist() == [0, 4, 1]
    assert values.tolist() == [[2], [-1], [-1]]
    assert codes.sizes == (4,)


def test_without_attributes_there_are_no_values():
    codes = Codes(AttributeTable.learn(view(), []))
    assert codes([("bowl", {})])[1].shape == (1, 0)
    assert one_hot(torch.zeros(3, 0, dtype=torch.long), ()).shape == (3, 0)


def test_one_hot_joins_the_attributes_and_leaves_the_unknown_out():
    made = one_hot(torch.tensor([[0, 2], [1, -1]]), (2, 3))
    assert made.tolist() == [[1, 0, 0, 0, 1], [0, 1, 0, 0, 0]]


@pytest.mark.parametrize(("balance", "share"), [(1.0, 0.5), (0.0, 0.9), (0.5, 0.75)])
def test_balance_sets_how_often_a_scarce_class_is_drawn(codes, balance, share):
    sampler = Sampler(frames(16, COUNTS), codes, balance)
    drawn = sampler.draw(4000, np.random.default_rng(0)).classes
    assert (drawn == 0).float().mean().item() == pytest.approx(share, abs=0.03)


def test_a_batch_holds_the_pictures_with_their_own_classes_and_values(codes):
    given = frames(16, COUNTS)
    batch = Sampler(given, codes, 1.0).draw(32, np.random.default_rng(0))
    assert batch.pictures.shape == (32, 3, 16, 16)
    assert batch.pictures.abs().max() <= 1
    pixels = ((batch.pictures + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    for picture, code, value in zip(pixels, batch.classes, batch.values, strict=True):
        [place] = [n for n, frame in enumerate(given.pixels) if (frame == picture).all()]
        assert given.facts[place].name == {0: "bowl", 4: "vase"}[int(code)]
        assert value.tolist() == [0]


def test_draws_follow_from_the_generator(codes):
    sampler = Sampler(frames(16, COUNTS), codes, 1.0)
    one, again, other = (sampler.draw(8, np.random.default_rng(seed)).pictures for seed in (1, 1, 2))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
