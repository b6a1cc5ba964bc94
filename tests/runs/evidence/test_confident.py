"""Confident learning, against the definitions of the paper written as loops."""

import numpy as np
import pytest

from vbg_framework.runs.evidence.confident import (
    confident_classes,
    confident_joint,
    errors_expected,
    ranked,
    thresholds,
)


def planted(n=600, classes=4, share=0.1, seed=0):
    generator = np.random.default_rng(seed)
    truth = generator.integers(classes, size=n)
    p = generator.dirichlet(np.ones(classes), n) * 0.4
    p[np.arange(n), truth] += 0.6
    labels, wrong = truth.copy(), generator.random(n) < share
    labels[wrong] = (truth[wrong] + generator.integers(1, classes, wrong.sum())) % classes
    return p, labels, wrong


def test_thresholds_and_joint_are_those_of_the_paper():
    p, labels, _ = planted()
    slow = [np.mean([p[i, j] for i in range(len(p)) if labels[i] == j]) for j in range(4)]
    assert thresholds(p, labels) == pytest.approx(slow)
    joint = np.zeros((4, 4), int)
    for i in range(len(p)):
        reached = [j for j in range(4) if p[i, j] >= slow[j]]
        if reached:
            joint[labels[i], max(reached, key=lambda j: p[i, j])] += 1
    assert confident_joint(p, labels).tolist() == joint.tolist()


def test_planted_errors_are_found_and_counted():
    p, labels, wrong = planted()
    found = confident_classes(p, labels)
    flagged = (found >= 0) & (found != labels)
    assert flagged[wrong].mean() > 0.6
    assert flagged[~wrong].mean() < 0.05
    assert errors_expected(p, labels) == pytest.approx(wrong.sum(), rel=0.15)


def test_the_least_probable_labels_come_first_and_as_many_are_looked_at_as_are_confidently_wrong():
    p, labels, wrong = planted()
    ids = np.array([str(n) for n in range(len(p))])
    order, chosen = ranked(p, labels, ids)
    assert order.tolist() == sorted(range(len(p)), key=lambda n: (p[n, labels[n]], ids[n]))
    confident = confident_classes(p, labels)
    count = ((confident >= 0) & (confident != labels)).sum()
    assert set(np.flatnonzero(chosen)) == {n for n in order[:count] if p[n].argmax() != labels[n]}
    assert chosen[wrong].mean() > 0.6
    assert chosen[~wrong].mean() < 0.05


def test_a_class_that_no_record_carries_is_never_confident():
    p = np.array([[0.1, 0.9], [0.2, 0.8]])
    labels = np.array([0, 0])
    assert thresholds(p, labels)[1] > 1
    assert 1 not in confident_classes(p, labels)
    assert errors_expected(p, labels) == 0
