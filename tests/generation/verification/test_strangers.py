"""Pictures that show none of the classes."""

import numpy as np
from PIL import Image

from vbg_framework.generation.verification.folds import divide
from vbg_framework.generation.verification.strangers import EACH, pairs, stranger


def test_two_records_of_different_classes_that_are_held_out_together():
    codes = np.array([0] * 12 + [1] * 9 + [-1] * 3)
    folds = divide(codes, [str(row) for row in range(24)], 0)
    chosen = pairs(codes, folds, 1)
    for (_, held), part in zip(folds, chosen, strict=True):
        assert set(part.ravel().tolist()) <= set(held.tolist())
        assert (codes[part] >= 0).all()
        assert (codes[part[:, 0]] != codes[part[:, 1]]).all()
        assert len(part) == EACH * (codes[held] >= 0).sum()
    assert sum(map(len, pairs(codes, folds, 1, most=30))) == 30
    assert all(np.array_equal(a, b) for a, b in zip(chosen, pairs(codes, folds, 1), strict=True))


def test_of_one_class_there_are_none():
    codes = np.zeros(6, int)
    assert not any(len(part) for part in pairs(codes, divide(codes, list("abcdef"), 0), 1))


def test_both_pictures_have_a_share_and_the_first_gives_the_size():
    white, black = Image.new("RGB", (30, 20), "white"), Image.new("RGB", (50, 50))
    draw = np.random.default_rng(0)
    made = [np.asarray(stranger(white, black, draw)) for _ in range(40)]
    assert {each.shape for each in made} == {(20, 30, 3)}
    assert all(0.25 < each.mean() / 255 < 0.75 for each in made)
    over, beside = [each for each in made if len(np.unique(each)) == 1], [each for each in made if each.max() == 255]
    assert len(over) + len(beside) == 40
    assert min(len(over), len(beside)) > 10
