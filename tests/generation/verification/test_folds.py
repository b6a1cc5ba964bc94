"""Which real records are learnt from and which are held out."""

import numpy as np
import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.generation.verification.folds import divide, sample


def test_every_record_is_held_out_once_and_no_object_is_divided():
    draw = np.random.default_rng(0)
    codes, objects = draw.integers(0, 3, 60), [str(name) for name in draw.integers(0, 20, 60)]
    folds = divide(codes, objects, 1)
    assert sorted(np.concatenate([held for _, held in folds]).tolist()) == list(range(60))
    for learn, held in folds:
        assert not {objects[row] for row in learn} & {objects[row] for row in held}
    assert [held.tolist() for _, held in divide(codes, objects, 1)] == [held.tolist() for _, held in folds]


def test_one_object_is_too_few():
    with pytest.raises(VBGError, match=r"loop.verify: a judge of real records needs two objects, got 1"):
        divide(np.zeros(4, int), ["a"] * 4, 0)


def test_of_many_records_scarce_classes_are_drawn_first():
    codes = np.array([0] * 100 + [1] * 5)
    rows = sample(codes, 0, most=20)
    assert len(rows) == 20
    assert (codes[rows] == 1).sum() == 5
    assert sample(codes, 0, most=1000).tolist() == list(range(105))
