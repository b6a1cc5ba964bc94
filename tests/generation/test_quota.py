"""How many new records of each class are asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbg_framework.base.errors import VBGError
from vbg_framework.config.augmentation import LoopConfig, MixConfig
from vbg_framework.generation.quota import quotas, total_wanted

REAL = {"bowl": 100, "jar": 40, "vase": 20, "tile": 4, "ewer": 0}  # the median of those that occur is 30


def asked(recall=(), loop=(), mix=()):
    return quotas(REAL, dict(recall), LoopConfig(**dict(loop)), MixConfig(**dict(mix)))


def test_a_class_gets_what_it_lacks_to_the_median_class():
    assert asked() == {"bowl": 0, "jar": 0, "vase": 10, "tile": 26, "ewer": 0}


def test_a_class_that_is_recognised_well_gets_less():
    assert asked({"vase": 0.5, "tile": None}) == {"bowl": 0, "jar": 0, "vase": 5, "tile": 26, "ewer": 0}


def test_no_class_gets_more_than_the_stated_multiple_of_its_real_records():
    assert asked(loop={"at_most": 2})["tile"] == 8


def test_a_class_without_real_records_gets_none():
    assert asked(mix={"policy": "fill_to", "count": 50})["ewer"] == 0


def test_a_count_is_shared_out_by_need():
    found = asked(loop={"count": 72})
    assert found == {"bowl": 0, "jar": 0, "vase": 20, "tile": 52, "ewer": 0}


def test_what_a_full_class_may_not_take_goes_to_the_others():
    assert asked(loop={"count": 72, "at_most": 3}) == {"bowl": 0, "jar": 0, "vase": 60, "tile": 12, "ewer": 0}


def test_without_any_need_a_count_follows_the_real_records():
    even = quotas({"a": 30, "b": 30}, {}, LoopConfig(count=10), MixConfig())
    assert even == {"a": 5, "b": 5}


def test_a_quota_given_by_hand_is_taken_as_it_is():
    assert asked(loop={"quota": {"tile": 500}}) == {"bowl": 0, "jar": 0, "vase": 0, "tile": 500, "ewer": 0}


def test_a_quota_for_an_unknown_class_is_refused():
    with pytest.raises(VBGError, match=r"loop\.quota: unknown class 'til'.*Did you mean 'tile'"):
        asked(loop={"quota": {"til": 5}})


def test_a_ratio_asks_for_that_share_of_all_training_records():
    found = asked(mix={"policy": "ratio", "share": 0.1}, loop={"at_most": 20})
    assert sum(found.values()) == round(164 / 9)


def test_fill_to_brings_every_class_to_the_count():
    assert asked(mix={"policy": "fill_to", "count": 50}) == {"bowl": 0, "jar": 10, "vase": 30, "tile": 46, "ewer": 0}


def test_replacing_needs_new_records_in_proportion_to_the_real_ones():
    found = asked(mix={"policy": "replace", "probability": 0.5})
    assert found == {"bowl": 50, "jar": 20, "vase": 10, "tile": 2, "ewer": 0}
    assert asked(mix={"policy": "synthetic_only"}) == REAL


@given(
    real=st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 300), min_size=1, max_size=12),
    count=st.integers(1, 3000),
    at_most=st.floats(0.1, 30),
)
def test_a_count_is_met_exactly_unless_the_limits_forbid_it(real, count, at_most):
    found = quotas(real, {}, LoopConfig(count=count, at_most=at_most), MixConfig())
    limit = {name: int(at_most * n) for name, n in real.items()}
    assert all(0 <= found[name] <= limit[name] for name in real)
    median_needs = [name for name in real if found[name]]
    assert sum(found.values()) <= count
    open_ = [name for name in median_needs if found[name] < limit[name]]
    assert sum(found.values()) == count or not open_


RECALLS = st.dictionaries(st.sampled_from("abcdef"), st.one_of(st.none(), st.floats(0, 1)), max_size=6)
COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2000), min_size=1)


def test_a_class_that_is_always_recognised_gets_nothing_and_hands_nothing_on():
    real = {"big": 1000, "mid": 100, "rare": 10}
    assert quotas(real, {"rare": 1.0}, LoopConfig(count=2000), MixConfig()) == {"big": 0, "mid": 0, "rare": 0}
    assert quotas(real, {"rare": 0.99}, LoopConfig(count=2000), MixConfig())["rare"] == 20
    known = {"big": 0.0, "mid": 1.0, "rare": 1.0}
    assert quotas(real, known, LoopConfig(), MixConfig()) == {"big": 10, "mid": 0, "rare": 0}


@given(real=COUNTS, recall=RECALLS, name=st.sampled_from("abcdef"), two=st.tuples(st.floats(0, 1), st.floats(0, 1)),
       count=st.one_of(st.none(), st.integers(1, 3000)))  # fmt: skip
def test_a_quota_falls_with_recall_to_nothing_and_never_jumps(real, recall, name, two, count):
    loop = LoopConfig(count=count, at_most=1000)
    low, high = sorted(two)
    worse, better, best = (quotas(real, recall | {name: r}, loop, MixConfig()) for r in (low, high, 1.0))
    assert worse.get(name, 0) >= better.get(name, 0) - 1  # rounding
    assert best.get(name, 0) == 0
    most = quotas(real, recall | {name: 0.0}, loop, MixConfig()).get(name, 0)
    assert worse.get(name, 0) - better.get(name, 0) <= most * (high - low) + 2


@given(real=COUNTS, recall=RECALLS, share=st.floats(0.01, 0.9), at_most=st.floats(0.1, 30))
def test_what_limits_take_away_is_known(real, recall, share, at_most):
    loop, mix = LoopConfig(at_most=at_most), MixConfig(policy="ratio", share=share)
    found, wanted = quotas(real, recall, loop, mix), total_wanted(real, recall, loop, mix)
    assert sum(found.values()) <= wanted
    if sum(found.values()) < wanted:  # every class that is needed stands at its limit
        full = [n for n in real if found[n] and found[n] < int(at_most * real[n])]
        assert full == []


def test_a_target_fills_classes_beyond_the_median():
    real = {"big": 90, "mid": 30, "rare": 10}
    assert quotas(real, {}, LoopConfig(target=2), MixConfig()) == {"big": 0, "mid": 30, "rare": 50}
