"""The predictions of a run, as tables."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework.base.publication import written
from vbg_framework.contracts.record import Task
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.item_bytes import shown
from vbg_framework.learning.evaluation.confidence import Confidence
from vbg_framework.learning.inference import Answers
from vbg_framework.report.mistakes import worst_mistakes

THUMBNAIL = 160  # px, largest side


def records(items: Items, validation: Items | None = None) -> dict[str, Any]:
    """Columns that say which records were answered: id, group, split.

    Args:
        items: of the test split; of training and validation where `validation` says which are of that one.
    """
    ids = items.records
    held = set(validation.records) if validation is not None else set()
    split = ["test" if validation is None else "validation" if one in held else "train" for one in ids]
    return {"id": ids, "group": items.column("group"), "split": split}


def write_predictions(
    path: Path,
    answers: Answers,
    tasks: Mapping[str, Task],
    about: Mapping[str, Any],
    confidence: Mapping[str, Confidence],
) -> pa.Table:
    """Write a table and return it: what `records` says, and per task truth, prediction, probabilities, prediction set.

    Args:
        path: of the file, Parquet.
        about: columns of the records, in their order.
        confidence: task -> what makes the sets; a task without sets has no such column.
    """
    columns: dict[str, Any] = dict(about)
    for name, task in tasks.items():
        probabilities, targets = answers.probabilities[name], answers.targets[name]
        columns[name] = [_truth(task, target) for target in targets]
        columns[f"{name}_predicted"] = [_predicted(task, row) for row in probabilities]
        columns[f"{name}_probabilities"] = probabilities.tolist()
        if confidence[name].least is not None:
            columns[f"{name}_set"] = confidence[name].sets(probabilities, task.classes)
    table = pa.table(columns)
    _write(path, table)
    return table


def write_mistakes(folder: Path, predictions: pa.Table, tasks: Mapping[str, Task], items: Items) -> None:
    """Write `mistakes.parquet`: the most confident wrong predictions, with text and thumbnail."""
    rows = worst_mistakes(predictions, tasks)
    position = {identifier: i for i, identifier in enumerate(items.records)}
    for row in rows:
        inputs = items[position[row["id"]]]["inputs"]
        row["text"] = str(inputs.get("text", ""))
        row["image"] = _thumbnail(shown(inputs, items.prepared.kinds))
    names = {"id": pa.string(), "task": pa.string(), "true": pa.string(), "predicted": pa.string()}
    schema = pa.schema({**names, "confidence": pa.float32(), "text": pa.string(), "image": pa.binary()})
    _write(folder / "mistakes.parquet", pa.Table.from_pylist(rows, schema))


def _truth(task: Task, target: Any) -> Any:
    if not task.multi_label:
        return None if target < 0 else task.classes[int(target)]
    return None if target[0] < 0 else _chosen(task, target)


def _predicted(task: Task, row: np.ndarray) -> Any:
    return _chosen(task, row) if task.multi_label else task.classes[int(row.argmax())]


def _chosen(task: Task, row: Iterable[float]) -> list[str]:
    return [name for name, value in zip(task.classes, row, strict=True) if value >= 0.5]


def _thumbnail(image: Any) -> bytes | None:
    if image is None:
        return None
    small = image.convert("RGB")
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _write(path: Path, table: pa.Table) -> None:
    with written(path) as partial:
        pq.write_table(table, partial)
