"""What a calibration of probabilities promises. n records, C classes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from vbg_framework.contracts.calibration import NothingLearnt
from vbg_framework.testing.check import NotApplicable, expect, promise

COUNT, CLASSES = 600, 3
CLOSE = 1e-5


def answers(many: bool, count: int = COUNT, sureness: float = 3.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of a model that is too sure, and labels drawn from what is true."""
    draws = np.random.default_rng(seed)
    logits = draws.normal(0, 1.5, (count, CLASSES))
    if many:
        truth = (draws.random(logits.shape) < 1 / (1 + np.exp(-logits))).astype(int)
        return 1 / (1 + np.exp(-sureness * logits)), truth
    right = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = (right.cumsum(1) > draws.random((count, 1))).argmax(1)
    powers = np.exp(sureness * logits)
    return powers / powers.sum(1, keepdims=True), labels


def surprise(result: np.ndarray, targets: np.ndarray, many: bool) -> float:
    """Mean of -log of the probability of what came true."""
    right = np.where(targets == 1, result, 1 - result) if many else result[np.arange(len(targets)), targets]
    return float(-np.log(np.clip(right, 1e-12, 1)).mean())


def learnt_from(subject: Any, many: bool, result: np.ndarray, targets: np.ndarray) -> Any:
    """What it learns, as a saved model gives it back; None = nothing."""
    try:
        return json.loads(json.dumps(dict(subject.build().learn(result, targets, many))))
    except NothingLearnt:
        return None


def cases(subject: Any) -> Iterator[tuple[bool, np.ndarray, np.ndarray, Any]]:
    """Both kinds of task: answers, labels, and what is learnt from them."""
    for many in (False, True):
        result, targets = answers(many)
        learnt = learnt_from(subject, many, result, targets)
        if learnt is None:
            raise NotApplicable("it learns nothing from 600 records of a model that is too sure")
        yield many, result, targets, learnt


@promise(
    "calibration",
    "What comes out are probabilities, whatever the validation split was like.",
    cause="rows that are not divided by their sum, or by a sum of 0; or a split of one record, or without a mistake",
    fix="Mind sums of 0, and raise NothingLearnt where a split teaches nothing.",
)
def check_probabilities_come_out(subject: Any) -> None:
    """Learn from many records, from one, from one class alone and from a split without a mistake; apply it to all."""
    for many in (False, True):
        result, targets = answers(many)
        truth = targets.astype(float) if many else np.eye(CLASSES)[targets]
        one = (targets == targets[0]).reshape(COUNT, -1).all(1)
        for some, labels in (
            (result, targets),
            (result[:1], targets[:1]),
            (result[one], targets[one]),
            (truth, targets),
        ):
            learnt = learnt_from(subject, many, some, labels)
            for given in (result, truth, result.astype(np.float32)) if learnt is not None else ():
                _require_probabilities(subject.kind.apply(given, learnt, many), given, many)


def _require_probabilities(out: np.ndarray, given: np.ndarray, many: bool) -> None:
    same = out.shape == given.shape and out.dtype == given.dtype
    expect(same, f"{given.dtype} {given.shape}", f"{out.dtype} {out.shape}")
    fine = np.isfinite(out).all() and out.min() >= -CLOSE and out.max() <= 1 + CLOSE
    expect(fine, "numbers from 0 to 1", f"{out.min():g} to {out.max():g}")
    sums = out.sum(1)
    expect(many or np.allclose(sums, 1, atol=1e-4), "rows that sum to 1", f"{sums.min():g} to {sums.max():g}")


@promise(
    "calibration",
    "Probabilities of a model that is too sure are closer to what happens, on records that were not learnt from.",
    cause="a fit to the wrong side, such as a temperature that multiplies",
    fix="Compare the log loss before and after.",
)
def check_surprise_falls(subject: Any) -> None:
    """Learn on 600 records, and ask about 600 others."""
    for many, _, _, learnt in cases(subject):
        result, targets = answers(many, seed=1)
        before, after = (surprise(each, targets, many) for each in (result, subject.kind.apply(result, learnt, many)))
        expect(after < before, f"a log loss below {before:.3f}", f"{after:.3f}")


@promise(
    "calibration",
    "What is learnt does not depend on the order of the records, nor is anything drawn.",
    cause="folds of neighbours, or a draw",
    fix="Work on all records at once.",
)
def check_order_of_learning_does_not_matter(subject: Any) -> None:
    """Learn from the records the other way round."""
    for many, result, targets, learnt in cases(subject):
        again = learnt_from(subject, many, result[::-1], targets[::-1])
        there, back = (subject.kind.apply(result, each, many) for each in (learnt, again))
        expect(np.allclose(there, back, atol=CLOSE), "the same probabilities", f"{np.abs(there - back).max():g} apart")


@promise(
    "calibration",
    "Probabilities are changed record by record, and those that were given stay as they are.",
    cause="a mean or a rank over the records that are asked about, or arithmetic in place",
    fix="Use what was learnt alone, and work on copies.",
)
def check_records_are_changed_alone(subject: Any) -> None:
    """Ask about records alone and together."""
    for many, result, _, learnt in cases(subject):
        given = result.copy()
        whole = subject.kind.apply(given, learnt, many)
        expect(np.array_equal(given, result), "what was given, as it was", "other numbers")
        alone = np.concatenate([subject.kind.apply(result[row : row + 1], learnt, many) for row in range(8)])
        expect(
            np.allclose(whole[:8], alone, atol=CLOSE), "the same alone", f"{np.abs(whole[:8] - alone).max():g} apart"
        )
