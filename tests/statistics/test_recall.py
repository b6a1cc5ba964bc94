import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, ttest_1samp

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Outcomes, class_differences, class_recalls

CLASSES = ["bowl", "vase", "tile"]
EYE = np.eye(3, dtype=bool)


def outcomes(truth, predicted, objects=None):
    objects = np.arange(len(truth)) if objects is None else np.array(objects)
    return Outcomes(objects, EYE[np.array(truth)], EYE[np.array(predicted)])


RECORDS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.integers(0, 9)), min_size=1)
RUNS = st.lists(RECORDS, min_size=1, max_size=4)


def arms(runs):
    """Two arms of (truth, prediction of one, prediction of the other, object) records."""
    columns = [list(zip(*records, strict=True)) for records in runs]
    return tuple({r: outcomes(c[0], c[which], c[3]) for r, c in enumerate(columns)} for which in (1, 2))


@given(RUNS)
@settings(deadline=None)
def test_recall_weighted_by_records_is_accuracy(runs):
    arm, _ = arms(runs)
    found = class_recalls(arm, CLASSES)
    records = [record for run in runs for record in run]
    accuracy = np.mean([truth == predicted for truth, predicted, _, _ in records])
    total = sum(each.total for each in found)
    assert total == len(records)
    assert sum(each.recall * each.total for each in found if each.total) / total == pytest.approx(accuracy)


@given(RUNS)
@settings(deadline=None)
def test_intervals_contain_what_was_seen_and_exchanging_arms_turns_them(runs):
    arm, control = arms(runs)
    recalls = zip(class_recalls(arm, CLASSES), class_recalls(control, CLASSES), strict=True)
    found = zip(
        recalls, class_differences(arm, control, CLASSES), class_differences(control, arm, CLASSES), strict=True
    )
    for (one, two), forth, back in found:
        assert forth.objects == one.objects
        if not one.total:
            assert (one.recall, one.interval, forth.difference, forth.interval) == (None, None, None, None)
            continue
        assert one.interval.low <= one.recall + 1e-12 <= one.interval.high + 2e-12
        assert forth.difference == pytest.approx(one.recall - two.recall)
        if forth.interval:
            assert forth.interval.low <= forth.difference <= forth.interval.high
            assert forth.interval.low < forth.interval.high
            assert back.interval == pytest.approx((-forth.interval.high, -forth.interval.low))
            assert back.p == pytest.approx(forth.p)


def test_objects_tested_once_have_the_usual_interval():
    (bowl, _, _) = class_recalls({0: outcomes([0] * 5, [0, 0, 0, 0, 1])}, CLASSES)
    assert (bowl.correct, bowl.total, bowl.objects, bowl.recall) == (4, 5, 5, 0.8)
    assert bowl.interval == pytest.approx(tuple(binomtest(4, 5).proportion_ci(method="wilson")))
    assert bowl.interval == pytest.approx((0.376, 0.964), abs=1e-3)


def test_testing_the_same_objects_again_does_not_narrow_the_interval():
    once = outcomes([0] * 5, [0, 0, 0, 0, 1])
    (first, *_), (again, *_) = class_recalls({0: once}, CLASSES), class_recalls(dict.fromkeys(range(10), once), CLASSES)
    assert (again.correct, again.total, again.objects) == (40, 50, 5)
    assert again.interval == pytest.approx(first.interval)


def test_an_object_with_most_of_the_records_counts_for_little_more_than_itself():
    (bowl, *_) = class_recalls({0: outcomes([0] * 10, [0] * 10, objects=[0] * 7 + [1, 2, 3])}, CLASSES)
    kish = 10**2 / (7**2 + 3)
    assert bowl.objects == 4
    assert bowl.interval.low == pytest.approx(kish / (kish + 1.959964**2), rel=1e-4)


def test_the_difference_is_a_t_interval_over_objects_with_two_imaginary_ones():
    gains = [1, 1, 0, 0, -1, 1, 0, 1]
    arm = outcomes([0] * 8, [0 if gain >= 0 else 1 for gain in gains])
    control = outcomes([0] * 8, [0 if gain <= 0 else 1 for gain in gains])
    (bowl, *_) = class_differences({0: arm}, {0: control}, CLASSES)
    assert bowl.difference == 3 / 8
    added = np.array([*gains, 1, -1])
    # One replicate says nothing about luck; the error is that of ten objects, of which 8 real ones leave 7 df.
    reference = ttest_1samp(added, 0)
    half = 2.364624 * added.mean() / reference.statistic
    assert bowl.interval == pytest.approx((added.mean() - half, added.mean() + half), rel=1e-6)


def test_luck_of_whole_replicates_widens_the_interval():
    truth, control = [0] * 12, {r: outcomes([0] * 12, [1] * 12) for r in range(4)}
    halves = {r: outcomes(truth, [r % 2] * 6 + [1 - r % 2] * 6) for r in range(4)}
    lucky = {r: outcomes(truth, [r % 2] * 12) for r in range(4)}  # every object is gained in two of four, as above
    steady, swinging = (class_differences(arm, control, CLASSES)[0] for arm in (halves, lucky))
    assert steady.difference == swinging.difference == 0.5
    assert np.ptp(swinging.interval) > 1.5 * np.ptp(steady.interval)


@pytest.mark.parametrize(("objects", "starred"), [(19, False), (20, True)])
def test_a_class_with_fewer_than_20_objects_is_never_starred(objects, starred):
    arm = {r: outcomes([0] * objects, [0] * objects) for r in range(3)}
    control = {r: outcomes([0] * objects, [1] * objects) for r in range(3)}
    bowl, vase, _ = class_differences(arm, control, CLASSES)
    assert bowl.difference == 1
    assert bowl.interval.low > 0
    assert bowl.starred is starred
    assert (bowl.p_holm is not None) is starred
    assert (vase.objects, vase.difference, vase.starred) == (0, None, False)


def test_stars_are_corrected_for_the_number_of_classes_that_could_have_one():
    truth = np.repeat([0, 1, 2], [30, 30, 5])
    gained = np.concatenate([np.arange(30) < 9, np.arange(30) < 1, np.arange(5) < 1])
    control = outcomes(truth, np.where(gained, (truth + 1) % 3, truth))
    found = class_differences({0: outcomes(truth, truth)}, {0: control}, CLASSES)
    assert [each.p_holm for each in found] == [pytest.approx(2 * found[0].p), found[1].p, None]


def test_in_a_multi_label_task_every_class_of_a_record_counts():
    truth = np.array([[1, 1, 0], [0, 1, 0]], dtype=bool)
    predicted = np.array([[1, 0, 0], [0, 1, 1]], dtype=bool)
    found = class_recalls({0: Outcomes(np.arange(2), truth, predicted)}, CLASSES)
    assert [(each.correct, each.total) for each in found] == [(1, 1), (1, 2), (0, 0)]


def test_the_number_of_names_must_fit():
    with pytest.raises(VBGError, match="outcomes have 3 classes, got 2 names"):
        class_recalls({0: outcomes([0], [0])}, ["bowl", "vase"])
