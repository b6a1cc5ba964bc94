"""Confident answers: right ones and mistakes, those with the highest probability first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from vbg_framework.contracts.record import Task


def worst_mistakes(predictions: pa.Table, tasks: Mapping[str, Task], limit: int = 12) -> list[dict[str, Any]]:
    """Pick the wrong predictions of highest confidence, task by task; of several views of one object only the worst.

    Args:
        predictions: columns `id`, `group` and per task `<task>`, `<task>_predicted`, `<task>_probabilities`.
        tasks: task -> Task with `classes`.
        limit: most mistakes per task.

    Returns:
        Rows of `id`, `task`, `true`, `predicted` (classes of a multi-label task joined by commas) and `confidence`:
        the probability of the wrong answer; for a multi-label task that of its worst class.
    """
    return [row for task in tasks.values() for row in islice(surest(predictions, task), limit)]


def surest(predictions: pa.Table, task: Task, *, right: bool = False) -> Iterator[dict[str, Any]]:
    """The wrong answers of one task or, of a task with one label per record, the `right` ones; as `worst_mistakes`."""
    seen = set()
    for row in answers(predictions, task, right=right):
        thing = row.pop("group") or row["id"]
        if thing not in seen:
            seen.add(thing)
            yield row


def answers(predictions: pa.Table, task: Task, *, right: bool = False) -> Iterator[dict[str, Any]]:
    """The same of every view, and its `group`."""
    ids, groups = predictions["id"].to_pylist(), predictions["group"].to_pylist()
    true, predicted = (predictions[name].to_pylist() for name in (task.name, f"{task.name}_predicted"))
    confidence = _confidence(predictions, task, true)
    for i in np.argsort(-confidence, kind="stable"):
        if true[i] is not None and _same(true[i], predicted[i]) == right:
            about = {"id": ids[i], "group": groups[i], "task": task.name}
            words = {"true": _words(true[i]), "predicted": _words(predicted[i])}
            yield {**about, **words, "confidence": float(confidence[i])}


def _confidence(predictions: pa.Table, task: Task, true: list[Any]) -> np.ndarray:
    """(n,) probability of the predicted class; for a multi-label task the largest error over classes."""
    lists = predictions[f"{task.name}_probabilities"].combine_chunks()
    probabilities = lists.flatten().to_numpy(zero_copy_only=False).reshape(len(predictions), len(task.classes))
    if not task.multi_label:
        return probabilities.max(1, initial=0)
    truth = np.array([[name in (classes or ()) for name in task.classes] for classes in true], dtype=bool)
    return np.abs(probabilities - truth.reshape(probabilities.shape)).max(1, initial=0)


def _same(true: str | list[str], predicted: str | list[str]) -> bool:
    return true == predicted if isinstance(true, str) else set(true) == set(predicted)


def _words(answer: str | list[str]) -> str:
    return answer if isinstance(answer, str) else ", ".join(answer) or "none"
