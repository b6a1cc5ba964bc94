"""Calibrated probabilities and prediction sets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, softmax
from vbg_training.calibrations import HOTTEST, NO_MATTER, TOO_EASY, TOO_HARD

from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import installed
from vbg_framework.config.train_config import CalibrationConfig
from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.calibration import expected_calibration_error, log_loss
from vbg_framework.learning.evaluation.confidence import (
    Confidence,
    least_probability,
    measure,
)
from vbg_framework.learning.evaluation.confidence import (
    learn_confidence as learn,
)

FORM = Task("form", classes=("bowl", "vase", "jar"))
MARKS = Task("marks", True, ("seal", "date"))
HOT = {"type": "temperature"}


def learn_confidence(options, *given, coverage=0.9):
    part = options and make_part("calibration", options, "test", installed())
    return learn(coverage, part, *given)


def cooled_by(temperature):
    return Confidence("temperature", {"temperature": temperature})


def made_up(count, seed=0, sureness=1.0):
    """Logits whose softmax at temperature 1 is the truth, made `sureness` times as sure, and labels drawn from it."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(0, 2, (count, 3))
    labels = np.array([generator.choice(3, p=row) for row in softmax(logits, axis=1)])
    return softmax(sureness * logits, axis=1), labels, logits


def test_a_model_that_is_too_sure_is_cooled_to_what_is_true():
    found, labels, logits = made_up(4000, sureness=3.0)
    learnt = learn_confidence(HOT, FORM, found, labels)
    assert learnt.temperature == pytest.approx(3.0, rel=0.1)
    cooled = learnt.probabilities(found, multi_label=False)
    assert np.allclose(cooled, softmax(3.0 * logits / learnt.temperature, axis=1), atol=1e-6)
    before, after = (expected_calibration_error(p.max(1), p.argmax(1) == labels) for p in (found, cooled))
    assert after < 0.03 < before


def test_yes_or_no_decisions_are_cooled_too():
    logits = np.random.default_rng(0).normal(0, 2, (4000, 2))
    labels = (np.random.default_rng(1).random(logits.shape) < expit(logits)).astype(float)
    labels[0] = -1  # a missing label
    learnt = learn_confidence(HOT, MARKS, expit(2 * logits), labels)
    assert learnt.temperature == pytest.approx(2.0, rel=0.1)
    assert np.allclose(learnt.probabilities(expit(2 * logits), multi_label=True),
                       expit(2 * logits / learnt.temperature), atol=1e-6)  # fmt: skip
    assert learnt.least is None


def test_probabilities_stay_as_they_are_unless_asked_for():
    found, labels, _ = made_up(50, sureness=3.0)
    learnt = learn_confidence(None, FORM, found, labels)
    assert learnt.temperature == 1
    assert learnt.probabilities(found, multi_label=False) is found


@pytest.mark.parametrize("sure", [0.5, 0.9, 0.999, 1.0])
def test_a_validation_split_without_a_mistake_teaches_no_temperature(sure):
    labels = np.arange(30) % 3
    found = np.where(np.eye(3)[labels] == 1, sure, (1 - sure) / 2)
    learnt = learn_confidence(HOT, FORM, found, labels)
    assert (learnt.temperature, learnt.note) == (1, TOO_EASY)
    assert learnt.least == pytest.approx(sure)
    assert measure({"form": learnt}, {"form": FORM}, {"form": found}, {"form": labels})["form"]["note"] == TOO_EASY


def test_nor_does_one_that_is_always_wrong():
    labels = np.arange(30) % 3
    wrong = np.where(np.eye(3)[(labels + 1) % 3] == 1, 0.9, 0.05)
    learnt = learn_confidence(HOT, FORM, wrong, labels)
    assert (learnt.temperature, learnt.note) == (1, TOO_HARD)


def test_nor_does_a_model_that_never_says_anything():
    learnt = learn_confidence(HOT, FORM, np.full((30, 3), 1 / 3), np.arange(30) % 3)
    assert (learnt.temperature, learnt.note) == (1, NO_MATTER)


def test_yes_or_no_decisions_that_are_all_right_teach_none_either():
    truth = np.random.default_rng(0).integers(0, 2, (20, 2)).astype(float)
    assert learn_confidence(HOT, MARKS, np.where(truth == 1, 0.8, 0.2), truth) == Confidence(
        "vbg_training:temperature", note=TOO_EASY
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 30), st.floats(0.2, 40), st.integers(0, 999))
def test_a_temperature_lies_well_inside_its_bounds_or_is_one_and_says_why(count, sureness, seed):
    found, labels, _ = made_up(count, seed, sureness)
    learnt = learn_confidence(HOT, FORM, found, labels)
    if learnt.note:
        assert learnt.temperature == 1
    else:
        assert 1.01 / HOTTEST < learnt.temperature < HOTTEST / 1.01
        losses = {t: log_loss(cooled_by(t).probabilities(found, multi_label=False)[np.arange(count), labels])
                  for t in (learnt.temperature, 1 / HOTTEST, HOTTEST)}  # fmt: skip
        assert losses.pop(learnt.temperature) < min(losses.values())


@pytest.mark.parametrize("coverage", [0.8, 0.9, 0.95])
def test_sets_hold_the_right_class_as_often_as_promised(coverage):
    """Over many calibration sets, which is what the promise is about."""
    held = []
    for seed in range(60):
        found, labels, _ = made_up(400, seed, sureness=2.0)
        learnt = learn_confidence(HOT, FORM, found[:200], labels[:200], coverage=coverage)
        new = learnt.probabilities(found[200:], multi_label=False)
        measured = measure({"form": learnt}, {"form": FORM}, {"form": new}, {"form": labels[200:]})
        held.append(measured["form"]["coverage"])
    assert coverage - 0.01 < np.mean(held) < coverage + 0.02


def test_a_sure_answer_is_a_set_of_one_and_an_unsure_one_of_several():
    found = np.array([[0.97, 0.02, 0.01], [0.2, 0.45, 0.35], [0.34, 0.33, 0.33]])
    assert Confidence(least=0.3).sets(found, FORM.classes) == [["bowl"], ["vase", "jar"], ["bowl", "vase", "jar"]]


def test_a_set_is_never_empty_and_begins_with_the_prediction():
    assert Confidence(least=0.9).sets(np.array([[0.2, 0.45, 0.35]]), FORM.classes) == [["vase"]]


def test_too_few_records_promise_nothing_and_sets_hold_everything():
    assert least_probability(np.array([0.9, 0.8, 0.7]), 0.9) == 0.0
    assert least_probability(np.linspace(0.1, 1, 10), 0.5) == pytest.approx(0.5)  # the 6th largest of 10


def test_without_labels_nothing_is_learnt():
    assert learn_confidence(HOT, FORM, np.full((2, 3), 1 / 3), np.array([-1, -1])) == Confidence()


@settings(max_examples=50)
@given(st.integers(1, 40), st.floats(0.05, 0.95), st.integers(0, 99))
def test_the_threshold_lets_enough_of_its_own_records_in(count, coverage, seed):
    right = np.random.default_rng(seed).random(count)
    least = least_probability(right, coverage)
    assert (right >= least).sum() >= min(count, np.ceil((count + 1) * coverage))


@settings(max_examples=50)
@given(st.floats(0.06, 15), st.integers(0, 99))
def test_no_temperature_changes_the_prediction_or_breaks_a_probability(temperature, seed):
    found = made_up(5, seed, sureness=40.0)[0].astype(np.float32)
    cooled = cooled_by(temperature).probabilities(found, multi_label=False)
    assert (cooled.argmax(1) == found.argmax(1)).all()
    assert np.allclose(cooled.sum(1), 1, atol=1e-5)
    assert cooled.dtype == np.float32


def test_a_rising_curve_per_class_is_learnt_where_that_is_asked_for():
    found, labels, _ = made_up(4000, sureness=3.0)
    learnt = learn_confidence({"type": "isotonic"}, FORM, found, labels)
    assert (learnt.method, learnt.temperature) == ("vbg_training:isotonic", None)
    curved = learnt.probabilities(found, multi_label=False)
    before, after = (expected_calibration_error(p.max(1), p.argmax(1) == labels) for p in (found, curved))
    assert after < 0.03 < before


def test_models_and_experiments_of_before_knew_temperatures_alone():
    assert Confidence.read({"temperature": 2.5, "least": 0.2, "note": ""}).temperature == 2.5
    assert Confidence.read({"temperature": 1.0, "least": None, "note": TOO_EASY}) == Confidence(note=TOO_EASY)
    assert Confidence.read({}) == Confidence()
    assert CalibrationConfig(temperature=True) == CalibrationConfig(method="temperature")
    assert CalibrationConfig(temperature=False) == CalibrationConfig()
