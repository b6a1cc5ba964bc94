"""What names the classes of a task."""

import numpy as np

from vbg_framework.generation.verification.heads import Head


def test_a_class_without_an_example_has_no_probability_and_unlabelled_rows_do_not_count():
    x = np.array([[-1.0], [-0.9], [1.0], [1.1], [50.0]])
    labels = np.eye(3)[[0, 0, 2, 2, 0]]
    labels[4] = 0
    found = Head(x, labels, 1.0)(np.array([[-2.0], [2.0]]))
    assert found.argmax(1).tolist() == [0, 2]
    assert found[:, 1].tolist() == [0, 0]
    assert np.allclose(found.sum(1), 1)


def test_one_known_class_is_always_the_answer():
    assert Head(np.zeros((2, 1)), np.eye(3)[[1, 1]], 1.0)(np.zeros((4, 1))).tolist() == [[0, 1, 0]] * 4
