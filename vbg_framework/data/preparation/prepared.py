"""A prepared data set on disk, and how it is divided for an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from datasets import Dataset, DatasetDict, concatenate_datasets, load_from_disk
from scipy.sparse import csr_array, hstack

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.notebook import html_table
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.modality import Modality
from vbg_framework.contracts.record import SPLITS, Task
from vbg_framework.data.preparation.columns import CLUSTER, META, TARGET, TEXT, names
from vbg_framework.data.preparation.info import AGAIN, check_files
from vbg_framework.data.preparation.item_bytes import HASH
from vbg_framework.data.preparation.splits import Splits
from vbg_framework.data.splits.clusters import FILE as CLUSTERS
from vbg_framework.data.splits.scarce import cut, scarce_classes
from vbg_framework.data.splits.split import HELD_BACK, SHARED, UNREAD, WITHOUT, divide, hold_back


class Prepared:
    """A finished preparation.

    Attributes:
        folder: where it lies.
        table: the rows, memory mapped (columns: see `columns`).
        tasks: the tasks with their classes; counts over all records.
        modalities: the inputs that at least one record has.
        text_fields, metadata_fields: the fields of these inputs, in order.
        metadata_kinds: metadata field -> `number` or `string`.
        fingerprint: changes when, and only when, the content changes.
        kinds: modality that a plugin offers -> what opens its items.
        info: counts per task, licence and split, quarantine, options: what `info.json` holds.
    """

    def __init__(
        self, folder: Path, table: Dataset, info: Mapping[str, Any], kinds: Mapping[str, Modality] | None = None
    ) -> None:
        self.folder, self.table, self.info, self.kinds = folder, table, info, kinds or {}
        self.tasks = tuple(
            Task(t["name"], t["multi_label"], tuple(t["counts"]), tuple(t["counts"].values())) for t in info["tasks"]
        )
        self.modalities = tuple(name for name, count in info["modalities"].items() if count)
        self.text_fields = names(table.column_names, TEXT)
        self.metadata_fields = names(table.column_names, META)
        self.metadata_kinds = {name: _kind(table.features[META + name].dtype) for name in self.metadata_fields}
        self.fingerprint: str = info["fingerprint"]

    @classmethod
    def open(cls, folder: Path, name: str = "", kinds: Mapping[str, Modality] | None = None) -> Prepared:
        """Open a finished preparation, by the name of its component if it is not called anything.

        Raises:
            VBGError: `folder` is not one.
        """
        try:
            info = check_files(folder)
            info["name"] = name or info["component"]
            rows = load_from_disk(str(folder), keep_in_memory=False)
            clusters = Dataset.from_file(str(folder / CLUSTERS))
            return cls(folder, concatenate_datasets([rows, clusters], axis=1), info, kinds)
        except VBGError:
            raise
        except Exception as error:  # datasets and Arrow raise what they like about damaged files
            raise VBGError(str(folder), f"not a prepared data set ({error})", AGAIN) from error

    def _repr_html_(self) -> str:
        classes = {task.name: f"{len(task.classes)} classes" for task in self.tasks}
        counts = {"records": f"{len(self.table):,}", "in quarantine": f"{self.info['quarantined']:,}"}
        return html_table(f"Data {self.info['name']}", counts | classes | {"has": ", ".join(self.modalities)})

    def task(self, name: str) -> Task:
        """The task of this name.

        Raises:
            VBGError: there is none.
        """
        known = {task.name: task for task in self.tasks}
        if name not in known:
            raise VBGError(self._where, f"unknown task '{name}'", did_you_mean(name, known))
        return known[name]

    def split(
        self,
        config: SplitConfig,
        tasks: Sequence[str],
        licences: Sequence[str] | None = None,
        reads: Mapping[str, Sequence[str]] | None = None,
    ) -> Splits:
        """Divide the records that carry a label of at least one of `tasks`, whole clusters at a time.

        A given split stays as it is, even where it divides a cluster: `info["duplicates"]["cut"]` counts these.

        Args:
            config: which split.
            tasks: names of the tasks.
            licences: accepted licences; None = all.
            reads: modality -> its fields that are read. Records without any of it are left out after dividing, so
                the split is the same whatever is read. None = all records stay.

        Raises:
            VBGError: a task or licence is unknown, a task has one class only, a part comes out empty, a given split
                is unusable, or no record has what is read.
        """
        selected = [self.task(name) for name in tasks]
        usable = self._licensed(licences)
        labelled = np.any([self._column(TARGET + task.name).is_valid().to_numpy() for task in selected], axis=0)
        rows = np.flatnonzero(labelled & usable)
        if not len(rows):
            raise VBGError(self._where, f"no record has a label for {' or '.join(tasks)}", "Choose other tasks.")
        labels = csr_array(hstack([self.labels(task) for task in selected]))[rows]
        groups, clusters, given = (self._column(name).take(rows).to_pylist() for name in ("group", CLUSTER, "split"))
        parts, used = divide(groups, clusters, labels, given, config)
        if config.hold_back:
            parts = hold_back(parts, groups if used == "stable" else clusters, labels, config)
        scarce: dict[str, tuple[str, ...]] = {}
        if config.scarce:
            task = self._scarce_task(config.scarce.task, selected)
            of_task = self.labels(task)[rows]
            scarce = {task.name: scarce_classes(config, task, clusters, of_task)}
            parts = cut(parts, scarce[task.name], config, task, clusters, of_task)
        readable = self._readable(reads)[rows]
        unread = int((~readable & (parts < HELD_BACK)).sum())
        parts = np.where(readable, parts, np.where(parts < HELD_BACK, UNREAD, parts))
        results = {name: self.sorted(rows[parts == part]) for part, name in enumerate(SPLITS)}
        self._check_parts(results, used)
        data = DatasetDict({name: self.table.select(results[name]) for name in SPLITS})
        counted = tuple(self._counted(task, results["train"]) for task in selected)
        left = (int((usable & ~labelled).sum()), int((~usable).sum()), int((parts == WITHOUT).sum()), unread)
        return Splits(data, results, counted, *left, used, scarce, int((parts == SHARED).sum()))

    @staticmethod
    def _scarce_task(name: str | None, selected: Sequence[Task]) -> Task:
        known = {task.name: task for task in selected}
        if name is not None and name not in known:
            raise VBGError("split.scarce.task", f"'{name}' is not learnt", did_you_mean(name, known))
        return known[name] if name else selected[0]

    @cached_property
    def order(self) -> np.ndarray:
        """(n,) the rows of the table in the order of their ids, in which records are learnt and counted.

        So nothing that is learnt depends on the order in which the source happens to hold them.
        """
        return pc.sort_indices(self._column("id")).to_numpy()

    @cached_property
    def rank(self) -> np.ndarray:
        """(n,) the place of each row of the table in `order`."""
        rank = np.empty(len(self.table), int)
        rank[self.order] = np.arange(len(rank))
        return rank

    def sorted(self, rows: np.ndarray) -> np.ndarray:
        """These rows of the table in the order of their ids."""
        return rows[np.argsort(self.rank[rows])]

    def labels(self, task: Task) -> csr_array:
        """(n, C) of 0 and 1: the classes of every record; all 0 where the label is missing."""
        return _one_hot(self._column(TARGET + task.name), task)

    @property
    def _where(self) -> str:
        return f"data '{self.info['name']}'"

    def _column(self, name: str) -> pa.ChunkedArray:
        return self.table.data.column(name)

    def _licensed(self, licences: Sequence[str] | None) -> np.ndarray:
        """(n,) whether a record has one of the licences."""
        if licences is None:
            return np.ones(len(self.table), bool)
        for licence in licences:
            if licence not in self.info["licences"]:
                fix = did_you_mean(licence, self.info["licences"])
                raise VBGError(self._where, f"no record has the licence '{licence}'", fix)
        return pc.is_in(self._column("licence"), pa.array(licences, pa.string())).to_numpy()

    def has(self, modality: str, fields: Sequence[str] = ()) -> np.ndarray:
        """(n,) whether a record has something of a modality, in one of these fields if it has fields."""
        prefix = {"text": TEXT, "metadata": META}.get(modality, "")
        columns = (
            [prefix + field for field in fields] if prefix else ["sha256" if modality == "image" else HASH + modality]
        )
        there = [self._column(name).is_valid().to_numpy() for name in columns if name in self.table.column_names]
        return np.any([np.zeros(len(self.table), bool), *there], axis=0)

    def _readable(self, reads: Mapping[str, Sequence[str]] | None) -> np.ndarray:
        """(n,) whether a record has any of what is read."""
        if reads is None:
            return np.ones(len(self.table), bool)
        there = [self.has(modality, fields) for modality, fields in reads.items()]
        if not np.any(there):
            fix = "Choose encoders for what the data set holds."
            raise VBGError(self._where, f"no record has {' or '.join(reads)}, which is what the encoders read", fix)
        return np.any(there, axis=0)

    def _check_parts(self, results: Mapping[str, np.ndarray], used: str) -> None:
        for name, rows in results.items():
            if not len(rows):
                sizes = ", ".join(f"{split} {len(results[split])}" for split in SPLITS)
                fix = "It takes three objects or more of a class." if used == "stratified" else "Use `stratified`."
                raise VBGError(self._where, f"the {name} split is empty, got {sizes} records", fix)

    def _counted(self, task: Task, train: np.ndarray) -> Task:
        column = self._column(TARGET + task.name).take(train)
        counts = _one_hot(column, task).sum(0).astype(int).tolist()
        labelled = len(column) - column.null_count
        if not any(0 < count < labelled for count in counts):
            present = [name for name, count in zip(task.classes, counts, strict=True) if count]
            what = f"task '{task.name}' has nothing to tell apart in the training split, got {present or 'no label'}"
            raise VBGError(self._where, what, "It takes two classes or more.")
        return replace(task, counts=tuple(counts))


def _kind(dtype: str) -> str:
    return "string" if dtype == "string" else "number"


def _one_hot(column: pa.ChunkedArray, task: Task) -> csr_array:
    names = column.combine_chunks()
    rows = np.arange(len(names))
    if task.multi_label:
        rows, names = pc.list_parent_indices(names).to_numpy(), pc.list_flatten(names)
    codes = pc.fill_null(pc.index_in(names, pa.array(task.classes, pa.string())), -1).to_numpy()
    rows, codes = rows[codes >= 0], codes[codes >= 0]
    return csr_array((np.ones(len(rows)), (rows, codes)), shape=(len(column), len(task.classes)))
