"""The answers of one witness after cross-fitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from vbg_framework.contracts.estimator import Fold
from vbg_framework.generation.verification.rules import WIDER, Rule, limit, nearest, rules
from vbg_framework.generation.verification.witness import Features, Sight, Witness


class Answers(NamedTuple):
    """What a witness says of n records.

    Args:
        probabilities: task -> (n, C).
        distances: (n,) to the nearest real record of the class, as a share of the largest that is allowed.
    """

    probabilities: Mapping[str, np.ndarray]
    distances: np.ndarray


class _Fold(NamedTuple):
    sight: Sight
    known: Features
    codes: np.ndarray
    scale: float


@dataclass(frozen=True)
class Testimony:
    """A witness with its rules.

    Args:
        witness: what looks.
        folds: one sight per fold, each with the records it learnt from.
        rules: task -> a rule per class.
        furthest: (C,) largest distance per class of the first task, in medians of held-out real records.
    """

    witness: Witness
    folds: Sequence[_Fold]
    rules: Mapping[str, Sequence[Rule]]
    furthest: np.ndarray

    def __call__(self, inputs: Sequence[Any], codes: np.ndarray) -> Answers:
        """Look at new records; every fold has a say.

        Args:
            inputs: n raw inputs.
            codes: (n,) the classes of the first task that they claim.
        """
        x = self.witness.represent(inputs)
        seen = [_looked(fold, x, codes) for fold in self.folds]
        facts = {task: [answers[task] for answers, _ in seen if task in answers] for task in self.rules}
        means = {task: np.mean(result, axis=0) for task, result in facts.items() if result}
        return Answers(means, np.mean([distances for _, distances in seen], axis=0) / self.furthest[codes])


def _looked(fold: _Fold, x: Any, codes: np.ndarray) -> tuple[Mapping[str, np.ndarray], np.ndarray]:
    features, answers = fold.sight(x)
    return answers, nearest(features, codes, fold.known, fold.codes) / fold.scale


class Strangers(NamedTuple):
    """What shows no class.

    Args:
        x: m inputs as the witness represents them.
        folds: (m,) number of the fold that holds out what each is made of.
        codes: (m, 2) the two classes that each is made of.
    """

    x: Any
    folds: np.ndarray
    codes: np.ndarray


def cross_fit(
    witness: Witness,
    x: Any,
    labels: Mapping[str, np.ndarray],
    folds: Sequence[Fold],
    miss: float,
    strangers: Strangers | None = None,
) -> Testimony:
    """Let a witness learn from each fold, and find its rules on what it had not learnt from.

    Args:
        witness: what looks.
        x: n inputs of real records, as the witness represents them.
        labels: task -> (n, C) of zeros and ones; the first task is the one whose classes are asked for.
        folds: of these n.
        miss: share of real records that each of the two checks may refuse.
        strangers: of which few may pass for one of the two classes they are made of.
    """
    first = next(iter(labels))
    codes = {task: np.where(part.any(axis=1), part.argmax(axis=1), -1) for task, part in labels.items()}
    held = {task: np.zeros(part.shape) for task, part in labels.items()}
    distances, made = np.full(len(codes[first]), np.inf), list[_Fold]()
    between = np.full((len(strangers.folds) if strangers else 0, labels[first].shape[1]), np.nan)
    for number, (learn, test) in enumerate(folds):
        sight = witness.learn(x[learn], {task: part[learn] for task, part in labels.items()}, number)
        known, (features, answers) = sight(x[learn])[0], sight(x[test])
        for task, result in answers.items():
            held[task][test] = result
        if strangers and first in answers:
            _note(between, strangers, number, sight)
        far = nearest(features, codes[first][test], known, codes[first][learn])
        scale = float(np.median(far[np.isfinite(far)])) if np.isfinite(far).any() else 1.0
        distances[test] = far / (scale or 1.0)
        made.append(_Fold(sight, known, codes[first][learn], scale or 1.0))
    facts = {task: rules(held[task], codes[task], *((miss, between) if task == first else ())) for task in labels}
    return Testimony(witness, made, facts, _furthest(distances, codes[first], labels[first].shape[1], miss))


def _note(between: np.ndarray, strangers: Strangers, number: int, sight: Sight) -> None:
    """Enter the probabilities of the two classes of every stranger that a fold holds out."""
    rows = np.flatnonzero(strangers.folds == number)
    if len(rows):
        (result, *_) = sight(strangers.x[rows])[1].values()
        for column in strangers.codes[rows].T:
            between[rows, column] = result[np.arange(len(rows)), column]


def _furthest(distances: np.ndarray, codes: np.ndarray, classes: int, miss: float) -> np.ndarray:
    """(C,): the limit of all real records, or that of a class if its own lie further apart, such as few ones.

    Of few records one may lie anywhere, so a class may be so much wider than all and no more.
    """
    everyone = limit(distances, miss)
    own = [distances[codes == code] for code in range(classes)]
    wide = [limit(part, miss) if np.isfinite(part).any() else everyone for part in own]
    return np.clip(wide, everyone, WIDER * everyone)
