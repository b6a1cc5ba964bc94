"""A split that appended records leave as it is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from vbg_framework.config.experiment import SplitConfig
from vbg_framework.data.splits.split import SHARED, TEST, TRAIN, divide, hold_back
from vbg_framework.data.splits.stable_split import across, even_seed, stable

RATIOS = (8, 1, 1)
GROUPS = st.lists(st.text(max_size=6), min_size=1, max_size=60)


def divided(groups, clusters=None, **options):
    config = SplitConfig(use="stable", **options)
    labels = csr_array(np.ones((len(groups), 1)))
    return divide(groups, clusters or groups, labels, [None] * len(groups), config)


@settings(max_examples=100, deadline=None)
@given(GROUPS, GROUPS, st.integers(0, 2**32 - 1))
def test_records_that_come_later_move_none_that_were_there_before(old, new, seed):
    before, after = divided(old, seed=seed)[0], divided([*new, *old], seed=seed)[0]
    assert after[len(new) :].tolist() == before.tolist()


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=4), st.integers(0, 8), min_size=2), st.integers(0, 99))
def test_a_tested_record_stays_tested_whatever_shares_its_picture_later(joined, seed):
    groups = [*joined]
    before, _ = divided(groups, groups, seed=seed)
    after, used = divided(groups, [str(joined[group]) for group in groups], seed=seed)
    assert used == "stable"
    assert all(after[before == TEST] == TEST)
    assert all((after == before) | (after == SHARED))


@settings(max_examples=60, deadline=None)
@given(GROUPS, st.integers(0, 99))
def test_no_cluster_lies_in_two_parts(groups, seed):
    clusters = [group[:1] for group in groups]
    parts, _ = divided(groups, clusters, seed=seed)
    for cluster in set(clusters):
        found = {part for part, name in zip(parts.tolist(), clusters, strict=True) if name == cluster}
        assert len(found - {SHARED}) == 1


def test_classes_are_divided_as_chance_has_it():
    classes = np.arange(20_000) % 10
    parts = stable([f"object {n}" for n in range(20_000)], RATIOS, 7)
    for ratio, part in zip(RATIOS, range(3), strict=True):
        share, found = ratio / 10, np.bincount(classes[parts == part], minlength=10)  # of 2,000 objects each
        assert np.abs(found - 2000 * share).max() < 4 * np.sqrt(2000 * share * (1 - share))


def test_only_what_is_outside_the_last_part_of_a_cluster_cannot_stay():
    found = across(np.array([0, 2, 0, 1, 0]), ["a", "a", "b", "b", "c"])
    assert found.tolist() == [True, False, True, False, False]


def test_what_is_held_back_stays_so():
    groups = [f"g{n}" for n in range(300)]
    config = SplitConfig(use="stable", hold_back=0.5)
    labels = csr_array(np.ones((300, 1)))

    def held(names):
        parts, _ = divided(names)
        return hold_back(parts, names, csr_array(labels[: len(names)]), config)

    before, after = held(groups[:200]), held(groups)
    assert after[:200].tolist() == before.tolist()
    assert 60 < (before == TRAIN).sum() < 100


@pytest.mark.parametrize("count", [9, 30])
def test_the_even_seed_gives_small_classes_a_part_everywhere(count):
    groups, labels = [f"k{n}" for n in range(count * 3)], ["abc"[n % 3] for n in range(count * 3)]
    parts = stable(groups, RATIOS, even_seed(groups, labels, RATIOS))
    for part in range(3):
        assert {label for label, its in zip(labels, parts, strict=True) if its == part} == {*"abc"}
