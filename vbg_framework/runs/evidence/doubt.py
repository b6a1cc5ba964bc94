"""`vbg doubt`: labels that are probably wrong, in the order in which to look at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Task
from vbg_framework.data.loading.items import Items
from vbg_framework.data.readers.own_table import own_table
from vbg_framework.data.splits.clusters import NEAR, Pictures
from vbg_framework.learning.prediction.by_record import places_of_records
from vbg_framework.runs.evidence.confident import confident_joint, errors_expected, ranked
from vbg_framework.runs.evidence.held_out import cross_fitted
from vbg_framework.runs.evidence.material import Evidence

Copies = Mapping[int, Sequence[int]]
NEIGHBOURS = 5
LIKELY_ONE = 0.1
"""Share of two classes' records that are confidently of the other, from which they are named as perhaps one."""

CROSS_FITTED = "logistic regressions on what the encoders say, cross-fitted on whole objects"
LIKELY = 9  # classes, as many as there are keys to choose one
MANY = 1 / 3
"""Share of wrong labels from which the model is to be doubted first."""


@dataclass(frozen=True)
class Doubt:
    """One label.

    Args:
        id, part, task: the record, its part of the split, the question.
        label: as given.
        suggested: the most probable class.
        probability: of the label, by a model that did not learn from the record.
        suggested_probability: of the suggested class.
        flagged: to be looked at, see `ranked`.
        copies: ids of near copies of its picture that carry another label.
        likely: the most probable classes, at most nine, the most probable first.
    """

    id: str
    part: str
    task: str
    label: str
    suggested: str
    probability: float
    suggested_probability: float
    flagged: bool
    copies: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doubts:
    """What is to be looked at in one task.

    Args:
        task: with its classes.
        rows: every labelled record, the most doubtful first.
        expected: labels that are wrong, as confident learning estimates.
        alike: pairs of classes that may be one: names, and records of each that are confidently of the other.
        source: where the probabilities come from, in words.
        accuracy: share of labels that are the most probable class.
    """

    task: Task
    rows: Sequence[Doubt]
    expected: float
    alike: Sequence[tuple[str, str, int, int]] = field(default_factory=tuple)
    source: str = ""
    accuracy: float = 0.0

    @property
    def note(self) -> str:
        """What to make of a list that is long because the model knows little; "" = nothing."""
        if self.expected <= MANY * len(self.rows):
            return ""
        return (
            f"Only {self.accuracy:.0%} of the labels are what the model says of records it had not learnt from: "
            "the list tells more about the model than about the labels. Train a better one first."
        )

    @property
    def flagged(self) -> list[Doubt]:
        """Those to be looked at, or whose near copies have another label."""
        return [row for row in self.rows if row.flagged or row.copies]


def doubts(evidence: Evidence, task: Task, seed: int = 0) -> Doubts:
    """Rank the labels of one task.

    Probabilities are those of the run where it kept answers out of fold (`train.folds`); otherwise of logistic
    regressions on what its encoders say, cross-fitted on whole objects over all parts.

    Raises:
        VBGError: the task has several labels per record.
    """
    if task.multi_label:
        what = f"'{task.name}' has several labels per record"
        raise VBGError("vbg doubt", what, "Ask about a task with one label per record: --task NAME.")
    labels = np.array([-1 if each is None else each for each in _targets(evidence.items, task)])
    p, source = _kept(evidence, task)
    if p is None:
        clusters = evidence.items.column("cluster")
        p = cross_fitted(evidence.embedding.joint(), labels, len(task.classes), clusters, seed)
    firsts = np.array([places[0] for places in places_of_records(evidence.items)], int)
    known = firsts[labels[firsts] >= 0]
    result, given = p[known], labels[known]
    order, flagged = ranked(result, given, np.array(evidence.ids)[known])
    copies = _copies(evidence, labels)
    rows = [_row(evidence, task, int(known[one]), p, labels, bool(flagged[one]), copies) for one in order]
    return Doubts(
        task, rows, errors_expected(result, given), _alike(task, result, given), source, _accuracy(result, given)
    )


def outliers(evidence: Evidence, most: int = 12) -> list[tuple[str, float]]:
    """Ids of the records farthest from all others, with their distance to the fifth nearest in units of the median."""
    x, clusters = evidence.embedding.joint(), np.array(evidence.items.column("cluster"))
    count = min(len(x) - 1, NEIGHBOURS)
    if count < 1:
        return []
    far = NearestNeighbors(n_neighbors=count + 1).fit(x).kneighbors(x)[0][:, -1]
    far = far / (np.median(far) or 1.0)
    order = np.lexsort((np.array(evidence.ids), -far))
    _, first = np.unique(clusters[order], return_index=True)
    return [(evidence.ids[order[place]], float(far[order[place]])) for place in np.sort(first)[:most]]


def _targets(items: Items, task: Task) -> list[Any]:
    return [items.target(task.name, index) for index in range(len(items))]


def _accuracy(p: np.ndarray, labels: np.ndarray) -> float:
    return float((p.argmax(1) == labels).mean()) if len(p) else 0.0


def _row(
    evidence: Evidence,
    task: Task,
    index: int,
    p: np.ndarray,
    labels: np.ndarray,
    flagged: bool,
    copies: Mapping[int, Any],
) -> Doubt:
    label, best = int(labels[index]), int(p[index].argmax())
    one, two, ids = float(p[index, label]), float(p[index, best]), evidence.ids
    near = tuple(ids[other] for other in copies.get(index, ()))
    name, part = evidence.names[index], evidence.parts[index]
    likely = tuple(task.classes[code] for code in np.argsort(-p[index], kind="stable")[:LIKELY])
    return Doubt(name, part, task.name, task.classes[label], task.classes[best], one, two, flagged, near, likely)


def _kept(evidence: Evidence, task: Task) -> tuple[np.ndarray | None, str]:
    """Answers out of fold and of the test part, where the run has both."""
    folder, names = evidence.finished.run.path, evidence.names
    if not (folder / "out_of_fold.parquet").is_file():
        return None, CROSS_FITTED + _learnt(evidence)
    results: dict[str, list[float]] = {}
    for name in ("out_of_fold", "predictions"):
        columns = own_table(folder / f"{name}.parquet", ["id", f"{task.name}_probabilities"])
        results |= dict(zip(*(column.to_pylist() for column in columns.columns), strict=True))
    if not results.keys() >= {*names}:
        return None, CROSS_FITTED + _learnt(evidence)
    return np.array([results[each] for each in names]), "the run's own answers to records it had not learnt from"


def _copies(evidence: Evidence, labels: np.ndarray) -> dict[int, list[int]]:
    """Place -> places of near copies of its picture with another label."""
    table, pictures = evidence.prepared.table.data, Pictures()
    if "image" not in evidence.prepared.modalities:
        return {}
    pictures.add(*(table.column(name).take(evidence.rows).combine_chunks() for name in ("sha256", "phash")))
    results: dict[int, list[int]] = {}
    for left, right in zip(*(side.tolist() for side in pictures.near(NEAR)), strict=True):
        if min(labels[left], labels[right]) >= 0 and labels[left] != labels[right]:
            results.setdefault(left, []).append(right)
            results.setdefault(right, []).append(left)
    return results


def _alike(task: Task, p: np.ndarray, labels: np.ndarray) -> list[tuple[str, str, int, int]]:
    joint, counts = confident_joint(p, labels), np.bincount(labels, minlength=len(task.classes))
    pairs = [(joint[a, b] + joint[b, a], a, b) for a in range(len(counts)) for b in range(a)]
    return [
        (task.classes[b], task.classes[a], int(joint[b, a]), int(joint[a, b]))
        for both, a, b in sorted(pairs, reverse=True)
        if min(joint[a, b], joint[b, a]) >= 2 and both >= LIKELY_ONE * (counts[a] + counts[b])
    ]


def _learnt(evidence: Evidence) -> str:
    """Encoders that were trained on these labels may know errors by heart."""
    encoders = evidence.finished.model.model.encoders
    trained = [name for name in encoders if any(weight.requires_grad for weight in encoders[name].parameters())]
    message = f" (trained on these labels: {' and '.join(trained)}, so errors learnt by heart are missed;"
    return message + " a run with frozen encoders finds more)" if trained else ""
