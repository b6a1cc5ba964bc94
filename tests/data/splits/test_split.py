"""Dividing records: whole groups, every class, the same for the same seed."""

import collections
import contextlib

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.data.splits.split import WITHOUT, divide, draw, hold_back

RATIOS = (8, 1, 1)
TRAIN, VALIDATION, TEST, HELD_BACK = range(4)


def one_hot(classes):
    """Class numbers to (n, C); -1 = no label."""
    matrix = np.zeros((len(classes), max([*classes, 0]) + 1))
    for row, code in enumerate(classes):
        if code >= 0:
            matrix[row, code] = 1
    return csr_array(matrix)


def parts_of(names, parts):
    found = collections.defaultdict(set)
    for name, part in zip(names, parts.tolist(), strict=True):
        found[name].add(part)
    return found


@st.composite
def collections_of_objects(draw_value, labels_per_record=1):
    """Groups of 1 to 4 records; all records of a group share their labels where `labels_per_record` is 1."""
    count = draw_value(st.integers(3, 40))
    classes = draw_value(st.integers(1, 5))
    groups, rows = [], []
    for group in range(count):
        shared = draw_value(st.integers(0, classes - 1))
        for _ in range(draw_value(st.integers(1, 4))):
            groups.append(f"g{group}")
            row = np.zeros(classes)
            if labels_per_record == 1:
                row[shared] = 1
            else:
                row[draw_value(st.lists(st.integers(0, classes - 1), max_size=labels_per_record))] = 1
            rows.append(row)
    return groups, np.stack(rows)


@settings(max_examples=50, deadline=None)
@given(collections_of_objects(labels_per_record=3), st.integers(0, 2**32 - 1))
def test_a_group_never_crosses_splits(objects, seed):
    groups, labels = objects
    parts = draw(groups, csr_array(labels), RATIOS, seed)
    assert all(len(found) == 1 for found in parts_of(groups, parts).values())
    assert set(parts.tolist()) <= {TRAIN, VALIDATION, TEST}


@settings(max_examples=50, deadline=None)
@given(collections_of_objects(), st.integers(0, 99), st.sampled_from([(8, 1, 1), (1, 1, 1), (1, 1, 8), (98, 1, 1)]))
def test_every_class_that_can_be_in_each_split_is(objects, seed, ratios):
    groups, labels = objects
    parts = draw(groups, csr_array(labels), ratios, seed)
    codes = labels.argmax(1).tolist()
    found = parts_of(codes, parts)
    for code in set(codes):
        members = {group for group, own in zip(groups, codes, strict=True) if own == code}
        expected = {1: {TRAIN}, 2: {TRAIN, TEST}}.get(len(members), {TRAIN, VALIDATION, TEST})
        assert found[code] == expected


@settings(max_examples=50, deadline=None)
@given(collections_of_objects(labels_per_record=2), st.integers(0, 99))
def test_training_knows_every_class(objects, seed):
    groups, labels = objects
    parts = draw(groups, csr_array(labels), RATIOS, seed)
    assert (labels[parts == TRAIN].sum(0) > 0).tolist() == (labels.sum(0) > 0).tolist()


@settings(max_examples=40, deadline=None)
@given(collections_of_objects(labels_per_record=2), st.integers(0, 99))
def test_no_single_move_would_bring_a_class_into_one_more_split(objects, seed):
    groups, labels = objects
    labels = np.concatenate([labels, np.ones((len(groups), 1))], 1)  # every split wants a record
    parts = draw(groups, csr_array(labels[:, :-1]), RATIOS, seed)
    names = sorted(set(groups))
    holds = np.stack([labels[np.array(groups) == name].max(0) for name in names]) > 0
    of = np.array([parts[groups.index(name)] for name in names])
    wanted = np.array([[1, n >= 3, n >= 2] for n in holds.sum(0)]).T

    def covered(of):
        here = np.stack([holds[of == part].any(0) for part in range(3)])
        return (here & wanted.astype(bool)).sum() + 100 * here[TRAIN].sum()

    for group in range(len(names)):
        for part in range(3):
            moved = of.copy()
            moved[group] = part
            assert covered(moved) <= covered(of)


@settings(max_examples=50, deadline=None)
@given(collections_of_objects(labels_per_record=2), st.integers(0, 99), st.randoms())
def test_the_order_of_the_records_does_not_matter(objects, seed, random):
    groups, labels = objects
    order = list(range(len(groups)))
    random.shuffle(order)
    first = draw(groups, csr_array(labels), RATIOS, seed)
    again = draw([groups[i] for i in order], csr_array(labels[order]), RATIOS, seed)
    assert again.tolist() == first[order].tolist()


def test_another_seed_gives_another_split():
    groups, labels = [f"g{i}" for i in range(200)], one_hot([i % 3 for i in range(200)])
    splits = {tuple(draw(groups, labels, RATIOS, seed).tolist()) for seed in range(5)}
    assert len(splits) == 5


def test_global_random_state_is_left_alone():
    before = np.random.get_state()[1].tolist()
    draw(["a", "b", "c"], one_hot([0, 0, 0]), RATIOS, 1)
    assert np.random.get_state()[1].tolist() == before


def test_shares_are_met_per_class_and_task():
    rng = np.random.default_rng(0)
    groups = [f"g{i}" for i in rng.integers(0, 1500, 3000)]
    first, second = rng.zipf(1.6, 3000).clip(max=12) - 1, rng.integers(0, 5, 3000)
    labels = csr_array(np.concatenate([one_hot(first).toarray(), one_hot(second).toarray()], 1))
    parts = draw(groups, labels, RATIOS, 42)
    shares = np.stack([labels.toarray()[parts == part].sum(0) for part in range(3)]) / labels.sum(0)
    enough = labels.sum(0) >= 100
    np.testing.assert_allclose(shares[:, enough], np.array([[0.8], [0.1], [0.1]]) * np.ones(enough.sum()), atol=0.03)
    np.testing.assert_allclose(np.bincount(parts) / 3000, [0.8, 0.1, 0.1], atol=0.01)


def test_a_group_too_big_for_a_small_split_goes_to_training():
    groups = ["huge"] * 500 + [f"g{i}" for i in range(500)]
    parts = draw(groups, one_hot([0] * 1000), RATIOS, 3)
    assert parts[0] == TRAIN
    np.testing.assert_allclose(np.bincount(parts), [800, 100, 100], atol=2)


def test_large_groups_are_not_kept_out_of_the_test_split():
    sizes = [1] * 300 + [5] * 300
    groups = [f"g{i}" for i, size in enumerate(sizes) for _ in range(size)]
    parts = draw(groups, one_hot([0] * len(groups)), RATIOS, 0)
    tested = {group for group, part in zip(groups, parts.tolist(), strict=True) if part == TEST}
    share = sum(sizes[int(name[1:])] == 5 for name in tested) / len(tested)
    assert 0.3 < share < 0.7


def test_one_class_only_and_one_record_only_can_be_divided():
    assert draw(["a"], one_hot([0]), RATIOS, 0).tolist() == [TRAIN]
    assert sorted(draw(list("abcdefghij"), one_hot([0] * 10), RATIOS, 0).tolist()) == [0] * 8 + [1, 2]


def test_a_record_with_no_class_at_all_is_divided_too():
    parts = draw([f"g{i}" for i in range(100)], csr_array(np.zeros((100, 2))), RATIOS, 0)
    assert np.bincount(parts).tolist() == [80, 10, 10]


def test_names_of_groups_may_be_anything():
    names = ["", "é", "a\nb", "1", "01", "青"]
    assert sorted(draw(names, one_hot([0] * 6), (1, 1, 1), 0).tolist()) == [0, 0, 1, 1, 2, 2]


def configured(use="auto", **options):
    return SplitConfig(use=use, **options)


def test_a_complete_given_split_is_used():
    parts, used = divide(list("abc"), list("abc"), one_hot([0, 0, 0]), ["test", "train", "validation"], configured())
    assert (parts.tolist(), used) == ([TEST, TRAIN, VALIDATION], "given")


@pytest.mark.parametrize("use", ["auto", "given"])
def test_a_partly_given_split_is_never_replaced_by_a_drawn_one(use):
    given_splits = ["test", "train", None, "validation", None]
    parts, used = divide(list("abcda"), list("abcda"), one_hot([0] * 5), given_splits, configured(use))
    assert (parts.tolist(), used) == ([TEST, TRAIN, WITHOUT, VALIDATION, TEST], "given")  # the last follows its group


def test_a_given_split_that_nobody_gives_is_named_or_drawn():
    nothing = (list("abc"), list("abc"), one_hot([0] * 3), [None] * 3)
    assert divide(*nothing, configured())[1] == "stratified"
    with pytest.raises(VBGError, match=r"needs a split in the source, which gives none\. Use `stratified`"):
        divide(*nothing, configured("given"))


def test_a_given_split_can_be_ignored():
    parts, used = divide(list("abc"), list("abc"), one_hot([0] * 3), ["train"] * 3, configured("stratified"))
    assert (sorted(parts.tolist()), used) == ([0, 1, 2], "stratified")


def test_a_given_split_that_divides_a_group_names_it():
    with pytest.raises(VBGError, match="group 'vase' lies in train and test"):
        divide(
            ["vase", "cup", "vase"], ["vase", "cup", "vase"], one_hot([0] * 3), ["train", "train", "test"], configured()
        )


def test_a_given_split_without_validation_gets_one_from_training():
    groups = [f"g{i // 2}" for i in range(200)]
    labels = one_hot([(i // 2) % 4 for i in range(200)])
    given_splits = ["test" if i >= 160 else "train" for i in range(200)]
    parts, used = divide(groups, groups, labels, given_splits, configured())
    assert used == "given"
    assert parts[160:].tolist() == [TEST] * 40
    assert np.bincount(parts[:160]).tolist() == pytest.approx([142, 18], abs=2)
    assert all(len(found) == 1 for found in parts_of(groups, parts).values())
    assert divide(groups, groups, labels, given_splits, configured(seed=1))[0].tolist() != parts.tolist()


@settings(max_examples=40, deadline=None)
@given(collections_of_objects(), st.lists(st.sampled_from(["train", "validation", "test", None]), min_size=160))
def test_whatever_is_given_groups_stay_whole(objects, given_splits):
    groups, labels = objects
    assume(labels.any())
    with contextlib.suppress(VBGError):
        parts, _ = divide(groups, groups, csr_array(labels), given_splits[: len(groups)], configured())
        assert all(len(found) == 1 for found in parts_of(groups, parts).values())


def test_what_is_held_back_is_a_share_of_the_training_records_in_whole_clusters():
    groups = [f"g{number // 2}" for number in range(400)]
    labels = one_hot([number // 100 for number in range(400)])
    plain, _ = divide(groups, groups, labels, [None] * 400, SplitConfig(seed=1))
    held = hold_back(plain, groups, labels, SplitConfig(seed=1, hold_back=0.25))
    assert (held[plain != TRAIN] == plain[plain != TRAIN]).all()
    assert (held == HELD_BACK).sum() == pytest.approx(0.25 * (plain == TRAIN).sum(), abs=4)
    assert not {groups[i] for i in np.flatnonzero(held == HELD_BACK)} & {
        groups[i] for i in np.flatnonzero(held == TRAIN)
    }


def test_every_object_is_tested_in_one_fold_and_classes_are_in_all_of_them():
    classes = np.repeat([0, 1, 2], [60, 30, 9]).tolist()
    groups = [f"g{row // 3}" for row in range(99)]
    folds = [divide_fold(groups, classes, fold) for fold in (1, 2, 3)]
    tested = np.stack([parts == TEST for parts in folds])
    assert (tested.sum(0) == 1).all()
    for parts in folds:
        assert all(len(found) == 1 for found in parts_of(groups, parts).values())
        assert set(np.array(classes)[parts == TEST]) == {0, 1, 2}
        assert 50 <= np.sum(parts == TRAIN) <= 62  # eight ninths of two thirds
    assert np.array_equal(divide_fold(groups[::-1], classes[::-1], 2)[::-1], folds[1])


def divide_fold(groups, classes, fold):
    config = SplitConfig(use="stratified", folds=3, fold=fold)
    return divide(groups, groups, one_hot(classes), [None] * len(groups), config)[0]


@pytest.mark.parametrize(
    ("options", "told"),
    [({"folds": 3}, "go with `use: stratified`"), ({"use": "stratified", "folds": 3, "fold": 4}, "got 4")],
)
def test_folds_that_cannot_be_drawn_are_refused(options, told):
    with pytest.raises(ValueError, match=told):
        SplitConfig(**options)


def test_the_same_division_is_drawn_once_and_what_comes_of_it_is_nobody_elses(monkeypatch):
    names, labels = [f"object-{i}" for i in range(40)], one_hot([i % 3 for i in range(40)])
    first = draw(names, labels, RATIOS, 77)
    kept = first.copy()
    first[:] = -1  # whoever got it may change it
    monkeypatch.setattr("vbg_framework.data.splits.split._Draw", None)
    assert np.array_equal(draw(names, labels, RATIOS, 77), kept)
    monkeypatch.undo()
    assert not np.array_equal(draw(names, labels, RATIOS, 78), kept)
    assert not np.array_equal(draw(names, one_hot([i % 4 for i in range(40)]), RATIOS, 77), kept)
