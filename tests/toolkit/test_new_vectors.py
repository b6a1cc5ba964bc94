"""New vectors behind those of training records."""

import numpy as np

from vbg_framework.toolkit import with_new_vectors

X = np.arange(6, dtype=np.float32).reshape(3, 2)
TARGETS = {"kind": np.array([0, 1, -1]), "other": np.array([1, 1, 0]), "tags": np.array([[0, 1], [1, 0], [1, 1]])}


def test_new_vectors_follow_with_a_label_of_their_task_and_of_no_other():
    pieces = [(np.ones((2, 2)), np.array([1, 1])), (np.zeros((1, 2)), np.array([0]))]
    x, targets = with_new_vectors(X, TARGETS, task="kind", pieces=pieces)
    assert x.dtype == np.float32
    assert x.tolist() == [*X.tolist(), [1, 1], [1, 1], [0, 0]]
    assert targets["kind"].tolist() == [0, 1, -1, 1, 1, 0]
    assert targets["other"].tolist() == [1, 1, 0, -1, -1, -1]
    assert targets["tags"][3:].tolist() == [[-1, -1]] * 3


def test_nothing_new_changes_nothing():
    x, targets = with_new_vectors(X, TARGETS, task="kind", pieces=[])
    assert np.array_equal(x, X)
    assert all(np.array_equal(targets[name], TARGETS[name]) for name in TARGETS)
