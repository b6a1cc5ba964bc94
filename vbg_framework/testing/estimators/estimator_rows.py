"""What an estimator promises about single vectors, other instances and labels that it must not see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.estimators.estimator import CLOSE, COUNT, SIZES, EstimatorSubject, targets, vectors
from vbg_framework.testing.processes.randomness import watched

AMONG = 24
"""Vectors that one is judged among."""
Said = Mapping[str, Any]


@promise(
    "estimator",
    "A vector gets the same probabilities alone, among others, in any order and at any time.",
    cause="scaling by the mean of the vectors that are asked about, a rank among them, or a draw in `predict_proba`",
    fix="Learn means and scales in `fit`, save them, and draw nothing when predicting.",
)
def check_vectors_are_judged_alone(subject: EstimatorSubject) -> None:
    """Ask for 24 vectors, for each alone, and for the 24 in another order, under another state of the generators."""
    x = vectors()[:AMONG]
    together = subject.fitted.predict_proba(x)
    order = np.random.default_rng(5).permutation(AMONG)
    with watched(9):
        turned = subject.fitted.predict_proba(x[order])
    rows = [subject.fitted.predict_proba(x[row : row + 1]) for row in range(AMONG)]
    for name in SIZES:
        wanted = np.asarray(together[name], np.float64)
        alone = np.concatenate([np.asarray(row[name], np.float64) for row in rows])
        for said, how in ((alone, "alone"), (np.asarray(turned[name])[np.argsort(order)], "in another order")):
            expect(said.shape == wanted.shape, f"as many rows of '{name}' {how}", said.shape)
            gap = float(np.abs(said - wanted).max())
            expect(gap <= CLOSE, f"the probabilities of '{name}' {how} as among {AMONG}", f"{gap:.3g} apart")


@promise(
    "estimator",
    "Instances are independent: fitting another one changes no answer of the first.",
    cause="what is learnt kept in a class attribute or at the top of the module",
    fix="Keep it in `self`.",
)
def check_fitted_instances_are_independent(subject: EstimatorSubject) -> None:
    """Ask the first before and after a second one was fitted on other vectors and labels."""
    first = subject.fit()
    before = subject.answers(first)
    subject.learn(vectors()[::-1].copy() + 1, targets())
    expect(subject.answers(first) == before, "the answers of before", "others")


@promise(
    "estimator",
    "A class with a single record is survived, as is a number that is the same in all vectors.",
    cause="a split for calibration that needs two of each class, or a division by a deviation of zero",
    fix="Leave out what a class is too small for; divide by `max(deviation, 1e-6)`.",
)
def check_lone_records_are_survived(subject: EstimatorSubject) -> None:
    """Fit with one record of one class, one label of a multi-label task and a constant number."""
    group = np.arange(COUNT) % 7
    kept = (group != 4) | (np.arange(COUNT) == 4)
    x, wanted = vectors()[kept], {name: target[kept] for name, target in targets().items()}
    x[:, 0] = 1
    wanted["several"][1:, 2] = 0
    wanted["several"][0, 2] = 1
    for name, result in subject.learn(x, wanted).predict_proba(x).items():
        expect(np.isfinite(result).all(), f"finite probabilities of '{name}'", "NaN or infinite ones")


def makes_folds(kind: type[Any]) -> bool:
    """Whether it has a way of its own to answer out of fold."""
    ways = ("cross_fit", "out_of_fold")
    return any(getattr(kind, way, None) is not getattr(EstimatorClassifier, way) for way in ways)


@promise(
    "estimator",
    "Answers out of fold follow from the labels of the fold's own records alone.",
    cause="something fitted once on all records: a scale, a choice of features, weights of members",
    fix="Learn everything again from `x[learn]` and `targets[learn]` of each fold.",
    applies=makes_folds,
)
def check_held_out_labels_stay_hidden(subject: EstimatorSubject) -> None:
    """Give the held-out records of a fold other labels; what is said of them must stay."""
    x, held = vectors(), np.arange(COUNT) % 4 == 0
    folds = [(np.flatnonzero(~held), np.flatnonzero(held))]
    said = []
    for wanted in (targets(), _turned(targets(), held)):
        said.append(subject.reading(wanted).out_of_fold(x, wanted, folds, seed=0))
    for name in SIZES:
        gap = float(np.abs(np.asarray(said[0][name])[held] - np.asarray(said[1][name])[held]).max())
        expect(gap <= CLOSE, f"the same probabilities of '{name}'", f"{gap:.3g} apart")


def _turned(wanted: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    """Targets in which these rows carry the labels of one another."""
    places = np.flatnonzero(rows)
    turned = {name: target.copy() for name, target in wanted.items()}
    for target in turned.values():
        target[places] = target[np.roll(places, 1)]
    return turned
