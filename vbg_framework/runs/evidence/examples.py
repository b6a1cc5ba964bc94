"""Test records with the maps of their answers: of each common class a right and a wrong answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from vbg_framework.contracts.record import Task
from vbg_framework.learning.explanation.explanation import Explanation, explain
from vbg_framework.learning.explanation.links import Links, links
from vbg_framework.report.evidence import Example
from vbg_framework.report.explanations import bare, overlaid
from vbg_framework.report.mistakes import surest
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.screen import Screen

CLASSES = 6
"""Most classes of a task that have examples."""
MOST = 12
"""Classes with examples over all tasks, two examples each."""
WORDS, LEAST = 5, 0.005
"""Words named of each example, and what a word takes from the probability at least."""
FULL = 0.1
"""Fall of the probability that has the full colour in a map without a stronger region."""


def chosen(predictions: pa.Table, tasks: Sequence[Task]) -> list[dict[str, Any]]:
    """Rows as of `surest`: per task the most common classes of the test part, a right answer and a wrong one of each.

    Of several it is the one of middle probability: the surest answers hang on nothing in particular.

    Args:
        predictions: of the test part.
        tasks: with one label per record each.
    """
    per_task = min(CLASSES, max(1, MOST // max(1, len(tasks))))
    return [row for task in tasks[:MOST] for row in _of_task(predictions, task, per_task)]


def _of_task(predictions: pa.Table, task: Task, count: int) -> list[dict[str, Any]]:
    counts = Counter(name for name in predictions[task.name].to_pylist() if name is not None)
    common = sorted(counts, key=lambda name: (-counts[name], name))[:count]
    answers = {right: [*surest(predictions, task, right=right)] for right in (True, False)}
    several = [[row for row in rows if row["true"] == name] for name in common for rows in answers.values()]
    return [rows[len(rows) // 2] for rows in several if rows]


def examples(evidence: Evidence, rows: Sequence[Mapping[str, Any]], screen: Screen) -> list[tuple[str, Example]]:
    """Task and example of each row that the model can read.

    Args:
        evidence: the records of the run.
        rows: as `chosen` returns them.
        screen: shows progress.
    """
    made = []
    with screen.progress("Explaining", len(rows)) as bar:
        for row in rows:
            record = evidence.items.record(evidence.place(row["id"]))
            inputs = evidence.finished.model.reading(record).inputs
            if inputs:
                [result] = explain(evidence.finished.model, record, [row["task"]])
                made.append((row["task"], _example(row, result, inputs, links(evidence.finished.model, inputs))))
            bar.advance(1)
    return made


def _example(row: Mapping[str, Any], result: Explanation, inputs: Mapping[str, Any], linked: Links | None) -> Example:
    picture, regions = inputs.get("image"), result.regions
    falls = sorted(((result.text[start:end], fall) for start, end, fall in result.words), key=lambda each: -each[1])
    even = None if linked is None else linked.weights.mean(0) - linked.weights.mean()
    return Example(
        id=row["id"], true=row["true"], predicted=row["predicted"], confidence=row["confidence"],
        explained=result.label, probability=result.probability,
        plain=picture and bare(picture),
        heat=overlaid(picture, regions, least=FULL) if picture is not None and regions is not None else None,
        most=0.0 if regions is None else float(regions.max()),
        attention=overlaid(picture, even) if picture is not None and even is not None else None,
        text=bool(result.text), words=[each for each in falls[:WORDS] if each[1] >= LEAST], read=_read(linked),
    )  # fmt: skip


def _read(linked: Links | None) -> list[tuple[str, float]]:
    """The words that the picture reads most, with their shares of its attention."""
    if linked is None:
        return []
    shares = linked.regions.mean((0, 1))  # (W,)
    order = np.argsort(-shares, kind="stable")[:WORDS]
    return [(linked.text[slice(*linked.words[place])], float(shares[place])) for place in order if shares[place] > 0]
