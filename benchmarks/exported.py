"""The data of an experiment as any program reads them: one CSV file, and its pictures beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.contracts.record import Task
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.screen import Screen

TABLE = "table.csv"
META = "meta_"
"""Stands before the names of metadata, among the columns id, split, target, image and text."""


def export(experiment: str, sets: list[str], metadata: Sequence[str], folder: Path) -> Task:
    """Write TABLE and the pictures into a folder, divided as the experiment divides them; its one task is returned.

    Args:
        experiment: name in the registry.
        sets: changes of it.
        metadata: fields that are written, where the experiment reads metadata.
        folder: of the table and its pictures.
    """
    resolved = Registry.read().experiment(experiment, load_plugins(), sets)
    splits, items = open_items(resolved.experiment, prepare_data(resolved.parts["data"], Screen()))
    [task] = splits.tasks
    rows = [row for split, each in items.items() for row in _rows(split, each, task, folder, metadata)]
    columns = list(dict.fromkeys(name for row in rows for name in row))  # not every record has every input
    with (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return task


def _rows(split: str, items: Items, task: Task, folder: Path, metadata: Sequence[str]) -> Iterator[dict[str, object]]:
    for number, item in enumerate(items):
        target, inputs = item["targets"][task.name], item["inputs"]
        row = {"id": item["id"], "split": split, "target": None if target is None else task.classes[target]}
        if "image" in inputs:
            row["image"] = f"{split}-{number}.png"
            inputs["image"].save(folder / row["image"], compress_level=1)
        row |= {"text": inputs["text"]} if "text" in inputs else {}
        fields = inputs.get("metadata", {})
        yield row | {META + name: fields[name] for name in metadata if name in fields}
