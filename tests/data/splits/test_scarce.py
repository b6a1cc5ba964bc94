"""Classes cut to a few training objects."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Task
from vbg_framework.data.splits.scarce import cut, scarce_classes
from vbg_framework.data.splits.split import divide

CODES = np.repeat([0, 1, 2], [40, 24, 12])
GROUPS = [f"object-{i // 2}" for i in range(len(CODES))]  # two records each
TASK = Task("kind", False, ("many", "some", "few"), (40, 24, 12))
LABELS = csr_array(np.eye(3, dtype=int)[CODES])
PARTS = np.zeros(len(CODES), int)


def setup(seed=1, **scarce):
    return SplitConfig(seed=seed, scarce=scarce)


def left(parts):
    return [len({GROUPS[i] for i in np.flatnonzero((parts == 0) & (code == CODES))}) for code in range(3)]


def test_only_so_many_whole_objects_of_scarce_classes_stay_in_training():
    config = setup(classes=2, keep=3)
    names = scarce_classes(config, TASK, GROUPS, LABELS)
    found = cut(PARTS, names, config, TASK, GROUPS, LABELS)
    assert names == ("few", "some")
    assert left(found) == [20, 3, 3]
    assert all(found[i] == found[i + 1] for i in range(0, len(found), 2))


def test_validation_and_test_keep_their_objects():
    parts = np.repeat(np.arange(len(CODES) // 2) % 3, 2)
    found = cut(parts, ("few",), setup(classes=["few"], keep=1), TASK, GROUPS, LABELS)
    assert np.array_equal(found[parts > 0], parts[parts > 0])
    assert left(found)[2] == 1


def test_every_fold_of_cross_validation_tests_other_objects_of_a_class_that_is_cut():
    tested = []
    for fold in (1, 2, 3):
        config = SplitConfig(use="stratified", folds=3, fold=fold, seed=1, scarce={"classes": ["few"], "keep": 1})
        parts, _ = divide(GROUPS, GROUPS, LABELS, [None] * len(CODES), config)
        found = cut(parts, ("few",), config, TASK, GROUPS, LABELS)
        assert left(found)[2] == 1
        tested.append({GROUPS[i] for i in np.flatnonzero((found == 2) & (CODES == 2))})
    assert [len(each) for each in tested] == [2, 2, 2]
    assert len(set.union(*tested)) == 6


def test_the_order_of_the_records_decides_nothing_and_the_seed_does():
    order = np.random.default_rng(0).permutation(len(CODES))
    names = [GROUPS[i] for i in order]
    config = setup(classes=["many"], keep=5)
    found = cut(PARTS, ("many",), config, TASK, GROUPS, LABELS)
    assert np.array_equal(cut(PARTS, ("many",), config, TASK, names, LABELS[order]), found[order])
    other = cut(PARTS, ("many",), setup(seed=2, classes=["many"], keep=5), TASK, GROUPS, LABELS)
    assert not np.array_equal(found, other)


def test_without_a_number_nothing_is_cut_and_the_classes_are_known():
    config = setup(classes=1, keep=None)
    assert scarce_classes(config, TASK, GROUPS, LABELS) == ("few",)
    assert np.array_equal(cut(PARTS, ("few",), config, TASK, GROUPS, LABELS), PARTS)


@pytest.mark.parametrize(
    ("classes", "message"), [(3, "has 3 classes with objects, got 3"), (["fev"], "unknown class 'fev'")]
)
def test_classes_that_cannot_be_made_scarce_are_refused(classes, message):
    with pytest.raises(VBGError, match=message):
        scarce_classes(setup(classes=classes), TASK, GROUPS, LABELS)
