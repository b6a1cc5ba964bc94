"""The order of the training records."""

import numpy as np
import pytest
from tiny import TINY

from vbg_framework import Sampler, VBGError
from vbg_framework.config.plugins import installed
from vbg_framework.config.registry import Registry
from vbg_framework.learning.sampling import Sampling, sampler_of


def chosen(*sets):
    return sampler_of(Registry.read(TINY).experiment("tiny-text", installed(), sets))


def test_the_sampler_is_the_one_the_experiment_chooses():
    natural, balanced = chosen(), chosen("train.sampling=balanced")
    assert (natural.once, natural.reads_classes) == (True, False)
    assert (balanced.once, balanced.reads_classes) == (False, True)
    assert sorted(Sampling(natural, 9)(np.random.default_rng(0))) == list(range(9))
    drawn = Sampling(balanced, 30, [list(range(29)), [29]])(np.random.default_rng(0))
    assert drawn.count(29) == 15


@pytest.mark.parametrize("places", [[], [0, 1], [0, 1, 3], [-1, 0, 1]])
def test_positions_that_are_none_are_named(places):
    class Broken(Sampler):
        def order(self, count, members, generator):
            return places

    with pytest.raises(VBGError, match=r"train\.sampling: the sampler must give 3 positions below that number"):
        Sampling(Broken(None), 3)(np.random.default_rng(0))
