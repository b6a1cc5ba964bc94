import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from vbg_framework.learning.evaluation.calibration import (
    BINS,
    brier_score,
    calibrated_error,
    expected_calibration_error,
    log_loss,
)


def slow_ece(confidence, correct):
    """Bins (lower, upper], one at a time."""
    total = 0.0
    for b in range(BINS):
        chosen = [i for i, c in enumerate(confidence) if b / BINS < c <= (b + 1) / BINS or (b == 0 and c == 0)]
        if chosen:
            gap = sum(correct[i] for i in chosen) / len(chosen) - sum(confidence[i] for i in chosen) / len(chosen)
            total += abs(gap) * len(chosen) / len(confidence)
    return total


@given(st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_the_calibration_error_equals_a_slow_version_over_bins(items):
    confidence = np.array([c / 101 for c, _ in items])
    correct = np.array([hit for _, hit in items])
    assert expected_calibration_error(confidence, correct) == pytest.approx(slow_ece(confidence, correct))


def test_confidence_that_comes_true_as_often_as_it_says_has_no_error():
    confidence, correct = np.full(10, 0.7), np.arange(10) < 7
    assert expected_calibration_error(confidence, correct) == pytest.approx(0)
    assert expected_calibration_error(np.ones(10), correct) == pytest.approx(0.3)
    assert expected_calibration_error(np.zeros(4), np.zeros(4, dtype=bool)) == 0


def test_probabilities_that_come_true_exceed_their_bound_in_one_case_of_twenty():
    rng, beyond = np.random.default_rng(1), []
    for _ in range(200):
        confidence = rng.uniform(0.3, 1, 40)
        mean, bound = calibrated_error(confidence, draws=200)
        beyond.append(expected_calibration_error(confidence, rng.random(40) < confidence) > bound)
        assert 0.05 < mean < bound
    assert 0.02 < np.mean(beyond) < 0.1
    assert calibrated_error(confidence) == calibrated_error(confidence)


def test_brier_score_and_log_loss_equal_scikit_learn():
    rng = np.random.default_rng(0)
    probabilities, target = rng.dirichlet(np.ones(4), 50), rng.integers(0, 4, 50)
    truth = np.eye(4, dtype=bool)[target]
    expected = sk.brier_score_loss(target, probabilities, labels=range(4), scale_by_half=False)
    assert brier_score(probabilities, truth) == pytest.approx(expected)
    assert log_loss(probabilities[truth]) == pytest.approx(sk.log_loss(target, probabilities))


def test_an_event_thought_impossible_leaves_the_log_loss_finite():
    assert math.isfinite(log_loss(np.array([0.0, 1.0])))
    assert log_loss(np.ones(3)) == 0


@pytest.mark.parametrize("right", [np.ones(1), np.ones(7, np.float32), np.array([1.0, np.nextafter(1, 0)])])
def test_no_log_loss_is_negative_not_even_zero(right):
    assert not f"{log_loss(right):.3f}".startswith("-")
