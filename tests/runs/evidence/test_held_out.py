"""Nobody answers for a record whose object it learnt from."""

import numpy as np

from vbg_framework.runs.evidence import held_out
from vbg_framework.runs.evidence.held_out import cross_fitted


def made(n=120, classes=3, seed=0):
    generator = np.random.default_rng(seed)
    labels = np.arange(n) % classes
    x = generator.normal(0, 0.3, (n, 8)) + np.eye(8)[labels]
    return x.astype(np.float32), labels


def test_labels_that_follow_from_vectors_are_found():
    x, labels = made()
    p = cross_fitted(x, labels, 3, [str(n) for n in range(len(x))], seed=0)
    assert np.allclose(p.sum(1), 1)
    assert (p.argmax(1) == labels).mean() > 0.9


def test_an_object_is_not_recognised_by_its_other_views():
    generator = np.random.default_rng(1)
    objects = np.repeat(np.arange(60), 2)  # two views each, nearly alike; labels are drawn
    x = generator.normal(0, 1, (60, 40))[objects] + generator.normal(0, 0.01, (120, 40))
    labels = generator.integers(2, size=60)[objects]
    apart = cross_fitted(x / 6, labels, 2, [str(n) for n in objects], seed=0)
    leaked = cross_fitted(x / 6, labels, 2, [str(n) for n in range(120)], seed=0)
    assert (leaked.argmax(1) == labels).mean() > 0.8
    assert (apart.argmax(1) == labels).mean() < 0.7


def test_several_divisions_make_chance_matter_less(monkeypatch):
    x, labels = made()
    names = [str(n) for n in range(len(x))]

    def apart():
        return np.abs(cross_fitted(x, labels, 3, names, seed=0) - cross_fitted(x, labels, 3, names, seed=1)).mean()

    several = apart()
    monkeypatch.setattr(held_out, "REPEATS", 1)
    assert several < apart()


def test_records_without_a_label_are_answered_too():
    x, labels = made()
    labels[::10] = -1
    p = cross_fitted(x, labels, 3, [str(n) for n in range(len(x))], seed=0)
    assert (p[::10].argmax(1) == np.arange(120)[::10] % 3).mean() > 0.8


def test_one_object_or_one_class_is_no_traceback():
    x, labels = made(6)
    assert cross_fitted(x, labels, 3, ["a"] * 6, seed=0).tolist() == np.full((6, 3), 1 / 3).tolist()
    assert cross_fitted(x, labels * 0, 3, list("abcdef"), seed=0).shape == (6, 3)
