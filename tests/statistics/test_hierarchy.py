import numpy as np
import pytest
from sklearn.metrics import f1_score

from vbg_framework.base.errors import VBGError
from vbg_framework.statistics import Outcomes, hierarchical
from vbg_framework.statistics.hierarchy import weighted_accuracy, weighted_macro_f1

C = 3
EYE = np.eye(C, dtype=bool)
OBJECTS = np.repeat(np.arange(20), 3)
TRUTH = np.random.default_rng(0).integers(0, C, 20)[OBJECTS]


def run(right, seed):
    """A run that knows the answer for a share of the records and guesses the others."""
    draws = np.random.default_rng(seed)
    answers = np.where(draws.random(len(TRUTH)) < right, TRUTH, draws.integers(0, C, len(TRUTH)))
    return Outcomes(OBJECTS, EYE[TRUTH], EYE[answers])


def runs(right, start, number=4):
    return {replicate: run(right, start + replicate) for replicate in range(number)}


def f1(outcomes, records):
    truth, predicted = outcomes.truth[records].argmax(1), outcomes.predicted[records].argmax(1)
    return f1_score(truth, predicted, average="macro", labels=np.unique(truth))


def test_weights_are_repetitions():
    weights = np.random.default_rng(1).integers(0, 3, (5, 20))
    weights[0, TRUTH[::3] == 2] = 0  # a class that is not drawn
    one = run(0.6, 0)
    for row, macro_f1, accuracy in zip(
        weights, weighted_macro_f1(weights, one, OBJECTS), weighted_accuracy(weights, one, OBJECTS), strict=True
    ):
        records = np.repeat(np.arange(60), row[OBJECTS])
        assert macro_f1 == pytest.approx(f1(one, records))
        assert accuracy == pytest.approx((one.truth == one.predicted).all(1)[records].mean())


def slow(arm, control, resamples=200):
    """The same, one draw after the other, record by record, with the F1 of scikit-learn."""
    draws, means = np.random.default_rng(2), []
    seen = [f1(arm[r], np.arange(60)) - f1(control[r], np.arange(60)) for r in arm]
    for _ in range(resamples):
        records = np.concatenate([np.flatnonzero(o == OBJECTS) for o in draws.integers(0, 20, 19)])
        by_object = np.mean([f1(arm[r], records) - f1(control[r], records) for r in arm])
        means.append(by_object + np.mean(draws.choice(seen, len(seen) - 1)) - np.mean(seen))
    return np.quantile(means, [0.025, 0.975])


def test_it_is_what_drawing_records_one_by_one_gives():
    arm, control = runs(0.8, 0, number=3), runs(0.5, 50, number=3)
    low, high = hierarchical(arm, control)
    assert (low, high) == pytest.approx(slow(arm, control), abs=0.2 * (high - low))


def test_objects_add_to_the_uncertainty_of_seeds():
    arm, control = runs(0.8, 0, number=6), runs(0.7, 50, number=6)
    differences = np.array([f1(arm[r], np.arange(60)) - f1(control[r], np.arange(60)) for r in range(6)])
    both = hierarchical(arm, control)
    assert both.low < differences.mean() < both.high
    assert np.ptp(both) > 2 * 1.96 * differences.std(ddof=1) / np.sqrt(6)


def test_of_one_run_only_the_objects_are_known_to_vary():
    low, high = hierarchical(runs(0.8, 0, 1), runs(0.6, 50, 1))
    assert low < high


def test_equal_arms_differ_by_nothing_and_exchanging_arms_turns_the_interval():
    arm, control = runs(0.8, 0), runs(0.6, 50)
    assert hierarchical(arm, arm) == (0, 0)
    low, high = hierarchical(arm, control)
    assert hierarchical(control, arm) == pytest.approx((-high, -low))


@pytest.mark.parametrize("metric", ["macro_f1", "accuracy"])
def test_the_same_seed_draws_the_same(metric):
    arm, control = runs(0.8, 0), runs(0.6, 50)
    first = hierarchical(arm, control, metric=metric, seed=1)
    assert first == hierarchical(arm, control, metric=metric, seed=1)
    assert first != hierarchical(arm, control, metric=metric, seed=2)


def test_views_of_an_object_do_not_count_as_objects():
    arm, control = runs(0.8, 0, 1), runs(0.6, 50, 1)
    apart = [{0: Outcomes(np.arange(60), each[0].truth, each[0].predicted)} for each in (arm, control)]
    repeated = [
        {0: Outcomes(np.tile(np.arange(60), 5), np.tile(each[0].truth, (5, 1)), np.tile(each[0].predicted, (5, 1)))}
        for each in (arm, control)
    ]
    assert hierarchical(*repeated) == pytest.approx(hierarchical(*apart))


def test_what_cannot_be_resampled_is_refused():
    arm = runs(0.8, 0, 2)
    with pytest.raises(VBGError, match="unknown metric 'macro_f'. Did you mean 'macro_f1'?"):
        hierarchical(arm, arm, metric="macro_f")
    moved = {0: arm[0], 1: Outcomes(OBJECTS + 1, arm[1].truth, arm[1].predicted)}
    with pytest.raises(VBGError, match="replicate 1: the runs compared were tested on different records"):
        hierarchical(moved, moved)
    single = {0: Outcomes(np.zeros(60), arm[0].truth, arm[0].predicted)}
    with pytest.raises(VBGError, match="needs 2 objects or more, got 1"):
        hierarchical(single, single)
