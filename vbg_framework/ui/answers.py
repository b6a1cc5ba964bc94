"""The answers of a run, beside the labels of a collection."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.contracts.record import Task, classes_of
from vbg_framework.data.readers.own_table import own_table
from vbg_framework.ui.collection import Collection
from vbg_framework.ui.labels import Labels, one_hot

TEST = "predictions.parquet"
FILES = (TEST, "out_of_fold.parquet")
"""Answers to records that the model had not learnt from: of the test part, and of others where the run kept them."""


def add_answers(collection: Collection, run: RunFolder) -> None:
    """Have the labels of a collection carry the answers of a run; of records it learnt from there are none."""
    collection.labels |= answers_of(collection, run, FILES)


def answers_of(collection: Collection, run: RunFolder, files: Sequence[str]) -> dict[str, Labels]:
    """Task -> the labels of a collection with the answers of a run, of the tasks that it answered.

    Args:
        collection: whose records.
        run: whose answers.
        files: of `FILES`, which of them.

    Raises:
        VBGError: it names classes that the collection does not know.
    """
    tables, found = [*_tables(run, collection, files)], {}
    for name, labels in collection.labels.items():
        some = [table for table in tables if f"{name}_predicted" in table.column_names]
        if some:
            _same_classes(run, labels.task, some)
            found[name] = _answered(labels, collection, some)
    return found


def _same_classes(run: RunFolder, task: Task, tables: Sequence[pa.Table]) -> None:
    said = {name for table in tables for answer in table[f"{task.name}_predicted"].to_pylist()
            for name in classes_of(answer)}  # fmt: skip
    widths = {len(p) for table in tables for p in table[f"{task.name}_probabilities"][:1].to_pylist()}
    if said - {*task.classes} or widths - {len(task.classes)}:
        got = ", ".join(sorted(said - {*task.classes})[:3]) or f"{max(widths)} classes"
        what = f"its classes of '{task.name}' are other ones, got {got}"
        raise VBGError(run.name, what, "Choose a run of the same data and tasks.")


def _tables(run: RunFolder, collection: Collection, files: Sequence[str]) -> Iterator[pa.Table]:
    """The answers whose records there are, with their `place`."""
    ids = pa.array(collection.ids)
    for file in filter(lambda name: (run.path / name).is_file(), files):
        table = own_table(run.path / file)
        places = pc.index_in(table["id"], ids)
        yield table.append_column("place", places).filter(places.is_valid())


def _answered(labels: Labels, collection: Collection, tables: list[pa.Table]) -> Labels:
    task, answered = labels.task, np.full(len(collection), -1)
    places = np.concatenate([table["place"].to_numpy() for table in tables])
    answered[places] = np.arange(len(places))
    said = [each for table in tables for each in table[f"{task.name}_predicted"].to_pylist()]
    flat = [table[f"{task.name}_probabilities"].combine_chunks().flatten().to_numpy() for table in tables]
    p = np.concatenate(flat).astype(np.float32).reshape(len(places), len(task.classes))
    column = f"{task.name}_set"
    sets = [
        each
        for table in tables
        for each in (table[column].to_pylist() if column in table.column_names else [()] * len(table))
    ]
    predicted = one_hot(task, said, places, len(collection))
    return replace(labels, predicted=predicted, answered=answered, probabilities=p, sets=sets)
