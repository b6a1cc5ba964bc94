from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.generation.quality.matching import matched, weights

classes = st.lists(st.sampled_from(["bowl", "jar", "tile", ""]), max_size=40)


@given(left=classes, right=classes, most=st.integers(1, 20), seed=st.integers(0, 5))
def test_both_sides_have_the_same_number_of_every_class(left, right, most, seed):
    a, b = matched(left, right, seed=seed, most=most)
    assert Counter(left[i] for i in a) == Counter(right[i] for i in b)
    assert len(set(a.tolist())) == len(set(b.tolist())) == len(a)
    assert len(a) == min(most, (Counter(left) & Counter(right)).total())


def test_the_same_seed_draws_the_same():
    left, right = ["bowl"] * 50, ["bowl"] * 20
    draws = [matched(left, right, seed=seed)[0].tolist() for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


@given(wanted=classes, given=classes)
def test_weights_give_one_side_the_mix_of_the_other(wanted, given):
    found = weights(wanted, given)
    for name in set(given):
        share = found[np.array(given, dtype=object) == name].sum()
        assert abs(share - wanted.count(name)) < 1e-9
