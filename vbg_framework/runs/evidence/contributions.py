"""What each input adds to the answers of a class: mean Shapley values over test objects. n records, C classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vbg_framework.contracts.record import Task
from vbg_framework.learning.explanation.shapley import Team, shapley, teams
from vbg_framework.report.evidence import Share
from vbg_framework.statistics.interval import t_interval

FEWEST = 3  # answers that an interval needs


def contributions(
    answers: Mapping[Team, np.ndarray], inputs: Sequence[Mapping[str, Any]], task: Task
) -> list[Share]:  # fmt: skip
    """One share per class that is answered, the most frequent first.

    The value of a set of inputs is the probability of the answered class with these alone; of those a record lacks
    altogether, the share of the class in training.

    Args:
        answers: set of inputs, never empty -> (n, C) probabilities.
        inputs: n mappings, modality -> raw item.
        task: with classes and counts, one label per record.
    """
    players = sorted(frozenset().union(*answers))
    said = answers[frozenset(players)].argmax(1)
    prior = np.array(task.counts) / max(1, sum(task.counts))
    shares = np.array([
        _shares({team: p[row] for team, p in answers.items()}, inputs[row], code, prior[code], players)
        for row, code in enumerate(said)
    ])  # (n, players)  # fmt: skip
    made = [_of_class(task, code, shares[said == code], players, prior) for code in np.unique(said)]
    return sorted(made, key=lambda each: (-each["records"], each["name"]))


def _shares(
    answers: Mapping[Team, np.ndarray], inputs: Mapping[str, Any], code: int, prior: float, players: Sequence[str]
) -> list[float]:
    values = {team: float(answers[team][code]) if team & inputs.keys() else float(prior) for team in teams(players)}
    return [*shapley(values, players).values()]


def _of_class(task: Task, code: int, shares: np.ndarray, players: Sequence[str], prior: np.ndarray) -> Share:
    inputs = {}
    for name, column in zip(players, shares.T, strict=True):
        enough = len(column) >= FEWEST
        inputs[name] = [float(column.mean()), *(map(float, t_interval(column)) if enough else ())]
    total = float(prior[code] + shares.sum(1).mean())
    return Share(name=task.classes[code], records=len(shares), prior=float(prior[code]), inputs=inputs,
                 probability=total)  # fmt: skip
