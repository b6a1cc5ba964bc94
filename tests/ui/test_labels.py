"""Labels and answers as columns."""

import numpy as np
import pytest

from vbg_framework.contracts.record import Task
from vbg_framework.ui.labels import Labels, one_hot

ONE, SEVERAL = Task("kind", False, ("bowl", "cup", "vase")), Task("colours", True, ("blue", "red"))


def single():
    truth = one_hot(ONE, ["bowl", "cup", None, "vase"], np.arange(4), 4)
    predicted = one_hot(ONE, ["bowl", "vase", "cup"], np.arange(3), 4)
    p = np.array([[0.7, 0.2, 0.1], [0, 0.4, 0.6], [0, 1, 0]], np.float32)
    return Labels(ONE, truth, predicted, np.array([0, 1, 2, -1]), p)


def test_an_answer_is_wrong_where_label_and_answer_are_known_and_differ():
    assert single().wrong.tolist() == [False, True, False, False]


def test_confidence_is_the_probability_of_the_answer_and_nothing_without_one():
    assert single().confidence == pytest.approx([0.7, 0.6, 1.0, np.nan], nan_ok=True)


def test_with_several_labels_the_least_sure_decision_counts():
    truth = one_hot(SEVERAL, [["blue"], ["blue", "red"]], np.arange(2), 2)
    predicted = one_hot(SEVERAL, [["blue"], ["red"]], np.arange(2), 2)
    labels = Labels(SEVERAL, truth, predicted, np.arange(2), np.array([[0.9, 0.2], [0.4, 0.99]], np.float32))
    assert labels.confidence == pytest.approx([0.8, 0.6])
    assert labels.wrong.tolist() == [False, True]
    assert labels.names("truth", 1) == ["blue", "red"]


def test_the_matrix_counts_labels_in_rows_and_answers_in_columns():
    assert single().matrix(np.ones(4, bool)).tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert single().matrix(np.array([True, False, False, True])).sum() == 1


def test_classes_are_found_by_name_and_answers_come_most_probable_first():
    assert single().has("truth", "cup").tolist() == [False, True, False, False]
    assert [name for name, _ in single().said(1)] == ["vase", "cup", "bowl"]
    assert single().said(3) == []


def test_nobody_was_asked_about_a_data_set_without_a_run():
    labels = Labels.unanswered(ONE, single().truth)
    assert not labels.wrong.any()
    assert np.isnan(labels.confidence).all()
