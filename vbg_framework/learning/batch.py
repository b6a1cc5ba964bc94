"""From items to batches: which records make a step, and how raw items become tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as TorchDataset

from vbg_framework.base.safe_path import keep_working_folder_out
from vbg_framework.base.seeds import derive, isolated, seed_everything
from vbg_framework.contracts.interfaces import Processor, Transform
from vbg_framework.contracts.modality import modality_of
from vbg_framework.contracts.record import Task
from vbg_framework.learning.kept_items import KeptItems


class Batch(TypedDict):
    """One batch of B records.

    `inputs`: key of an encoder -> what its processor made of the items that have its modality (absent if none has).
    `present`: key of an encoder -> (B,) bool. `targets`: as `Classifier.loss` wants them. `index`: (B,) positions.
    `synthetic`: (B,) bool, True = generated. In a batch with mixed items also `second`: the targets of what each item
    was mixed with (its own if it was not), and `second_weight`: (B,) their weight in the loss, 0..1.
    """

    inputs: dict[str, dict[str, Tensor]]
    present: dict[str, Tensor]
    targets: dict[str, Tensor]
    index: Tensor
    synthetic: Tensor
    second: NotRequired[dict[str, Tensor]]
    second_weight: NotRequired[Tensor]


class Collate:
    """Turns items into a `Batch`. Picklable, so that worker processes can do it.

    Args:
        processors: key of an encoder -> its processor.
        tasks: task -> Task.
        seed: seed of random transforms, which then depend on the batch alone, not on the worker.
        transforms: change the raw items of a batch, one after the other, before the processors see them.
    """

    def __init__(
        self,
        processors: Mapping[str, Processor],
        tasks: Mapping[str, Task],
        seed: int | None = None,
        transforms: Sequence[Transform] = (),
    ) -> None:
        self.processors, self.tasks, self.seed, self.transforms = dict(processors), dict(tasks), seed, transforms

    def __call__(self, items: Sequence[tuple[int, Mapping[str, Any]]]) -> Batch:
        """Collate (draw, item) pairs; the draw is the running number of the record in the whole training."""
        draws, records = zip(*items, strict=True)
        if self.seed is None:
            return self._collate(draws, records)
        with isolated():
            seed_everything(derive(self.seed, "transform", draws[0]))
            return self._collate(draws, records)

    def _collate(self, draws: Sequence[int], records: Sequence[Mapping[str, Any]]) -> Batch:
        for transform in self.transforms:
            records = transform(records)
        if draws[0] == STAND_IN:  # after the transforms, which may write targets
            records = [_unlabelled(record) for record in records]
        inputs, present = {}, {}
        for key, process in self.processors.items():
            results = [_input(record["inputs"], key) for record in records]
            if given := [item for item in results if item is not None]:
                inputs[key] = process(given)
            present[key] = torch.tensor([item is not None for item in results])
        synthetic = torch.tensor([record.get("synthetic", False) for record in records])
        targets = self._targets(records)
        made = Batch(inputs=inputs, present=present, targets=targets, index=torch.tensor(draws), synthetic=synthetic)
        if any("second" in record for record in records):
            seconds = [record.get("second", {**record, "weight": 0.0}) for record in records]
            made["second"] = self._targets(seconds)
            made["second_weight"] = torch.tensor([second["weight"] for second in seconds])
        return made

    def _targets(self, records: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        return {name: _targets(task, [r["targets"].get(name) for r in records]) for name, task in self.tasks.items()}


def _input(inputs: Mapping[str, Any], key: str) -> Any:
    """What an encoder reads of a record: what stands under its own key, such as kept features, or the raw item."""
    return inputs.get(key, inputs.get(modality_of(key)))


def _unlabelled(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**{key: value for key, value in record.items() if key != "second"}, "targets": {}}


def _targets(task: Task, labels: Sequence[Any]) -> Tensor:
    if not task.multi_label:
        return torch.tensor([-1 if label is None else label for label in labels])  # (B,)
    missing = [-1.0] * len(task.classes)
    return torch.tensor([missing if label is None else label for label in labels], dtype=torch.float32)  # (B, C)


STAND_IN = -1
"""The draw of a record without labels, for a process that would have none in a pass: all must take part in each."""


class Steps:
    """Which records make which optimiser step, pass after pass over the training set, without end.

    Everything follows from the seed and the step, so training can start again anywhere.

    Args:
        count: records in the training set.
        batch_size: records per optimiser step, over all processes.
        micro: records per forward pass of one process.
        process, processes: this process's number and how many share each step.
        order: draws the records of one pass, as many as there are.
    """

    def __init__(
        self, count: int, batch_size: int, micro: int, *, seed: int, start: int, stop: int, process: int,
        processes: int, order: Callable[[np.random.Generator], Sequence[int]],
    ) -> None:  # fmt: skip
        self.count, self.batch_size, self.micro, self.seed = count, batch_size, micro, seed
        self.start, self.stop, self.process, self.processes = start, stop, process, processes
        self.order = order
        self._order: tuple[int, Sequence[int]] = (-1, ())

    def __len__(self) -> int:
        return (self.stop - self.start) * self.passes

    @property
    def passes(self) -> int:
        """Forward passes per optimiser step, the same for every process."""
        return -(-len(self._share(0, 0)) // self.micro)

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        for step in range(self.start, self.stop):
            mine = self._share(step, self.process)
            for number in range(self.passes):
                pairs = [(draw, self._record(draw)) for draw in mine[number * self.micro : (number + 1) * self.micro]]
                yield pairs or [(STAND_IN, self._record(step * self.batch_size))]

    def _share(self, step: int, process: int) -> range:
        """The draws of a process; shares differ by one at most, and the first is the largest."""
        size, more = divmod(self.batch_size, self.processes)
        first = step * self.batch_size + process * size + min(process, more)
        return range(first, first + size + (process < more))

    def _record(self, draw: int) -> int:
        turn, position = divmod(draw, self.count)
        if self._order[0] != turn:
            self._order = turn, self.order(np.random.default_rng(derive(self.seed, "order", turn)))
        return int(self._order[1][position])


def drawn(groups: Sequence[Sequence[int]], count: int, generator: np.random.Generator) -> list[int]:
    """Draw as many positions with replacement, from each group equally often."""
    turns = np.resize(generator.permutation(len(groups)), count)  # who comes once more, is drawn
    lots = zip(generator.permutation(turns), generator.random(count), strict=True)
    return [groups[group][int(lot * len(groups[group]))] for group, lot in lots]


class _Drawn(TorchDataset[Any]):
    """Items addressed by (draw, index)."""

    def __init__(self, items: Sequence[Mapping[str, Any]]) -> None:
        self.items = items

    def __getitem__(self, key: tuple[int, int]) -> tuple[int, Mapping[str, Any]]:
        draw, index = key
        return draw, self.items[index]


def training_loader(items: Sequence[Any], steps: Steps, collate: Collate, workers: int) -> DataLoader[Any]:
    """Micro-batches of the optimiser steps, in order."""
    return _loader(KeptItems(items), steps, collate, workers)


def ordered_loader(
    items: Sequence[Any], indices: Sequence[int], collate: Collate, batch_size: int, workers: int
) -> DataLoader[Any]:
    """The given items once, in order; `index` is the item's position."""
    batches = [[(i, i) for i in indices[b : b + batch_size]] for b in range(0, len(indices), batch_size)]
    return _loader(items, batches, collate, workers)


def _loader(items: Sequence[Any], batches: Any, collate: Collate, workers: int) -> DataLoader[Any]:
    if workers:
        keep_working_folder_out()
    return DataLoader(
        _Drawn(items),
        batch_sampler=batches,
        collate_fn=collate,
        num_workers=workers,
        pin_memory=torch.cuda.is_available(),
        generator=torch.Generator(),  # or the loader would draw from the global one
    )
