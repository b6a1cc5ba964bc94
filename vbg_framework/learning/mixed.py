"""Real and generated items, mixed for training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch

from vbg_framework.config.augmentation import MixConfig
from vbg_framework.contracts.record import Task
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.record_items import RecordItems

Item = Mapping[str, Any]


class Mixed(Sequence[Item]):
    """What a classifier trains on: real items first, then generated ones, which carry `"synthetic": True`.

    Args:
        real: the real training items.
        made: the generated ones.
        mix: the policy. `synthetic_only` leaves the real ones out; `replace` puts none behind the real ones, because
            `Swap` exchanges them one by one; all others add what was generated.
    """

    def __init__(self, real: Items, made: RecordItems, mix: MixConfig) -> None:
        self.real, self.made, self.mix = real, made, mix
        self._real = 0 if mix.policy == "synthetic_only" else len(real)
        self._made = 0 if mix.policy == "replace" else len(made)

    def __len__(self) -> int:
        return self._real + self._made

    def __getitem__(self, index: Any) -> Any:
        if index < self._real:
            return self.real[index]
        return {**self.made[index - self._real], "synthetic": True}

    def members(self, task: str) -> list[list[int]]:
        """Positions of the items of each class of `task`, in the order of its classes."""
        real = self.real.members(task) if self._real else [[] for _ in self.made.members(task)]
        if not self._made:
            return real
        return [old + [self._real + i for i in new] for old, new in zip(real, self.made.members(task), strict=True)]

    def tasks(self, tasks: Sequence[Task]) -> dict[str, Task]:
        """The tasks with the records per class that one pass over the items holds."""
        return {task.name: replace(task, counts=tuple(map(len, self.members(task.name)))) for task in tasks}


class Soft:
    """Gives generated items their soft labels.

    Where two classes share a label, the item gets the other one as its second target, so that the loss is exactly the
    mean weighted by their shares. That is done for one task of an item. A label between more classes, or of a further
    task, is drawn anew in every pass by its shares: the mean loss over the draws is the same, whatever the classifier.

    Args:
        shares: id of a record -> task -> class -> probability.
        tasks: the tasks with their classes; others are left out.
    """

    changes = ()  # no input

    def __init__(self, shares: Mapping[str, Mapping[str, Mapping[str, float]]], tasks: Sequence[Task]) -> None:
        order = {task.name: task.classes for task in tasks}
        self.shares = {
            record: {
                task: torch.tensor([told.get(name, 0.0) for name in order[task]])
                for task, told in each.items()
                if task in order
            }
            for record, each in shares.items()
        }

    def __call__(self, items: Sequence[Item]) -> list[Item]:
        """Draws from torch's global generator."""
        return [self._one(item) if item.get("synthetic") else item for item in items]

    def _one(self, item: Item) -> Item:
        told = self.shares.get(item["id"], {})
        pair = next((task for task, share in told.items() if share.count_nonzero() == 2), None)
        drawn = {task: int(share.multinomial(1)) for task, share in told.items() if task != pair}
        targets = {**item["targets"], **drawn}
        if pair is None:
            return {**item, "targets": targets}
        first, second = told[pair].nonzero()[:, 0].tolist()
        other = {"targets": {**targets, pair: second}, "weight": float(told[pair][second])}
        return {**item, "targets": {**targets, pair: first}, "second": other}


class Swap:
    """Exchanges real items of a batch for generated ones of the same class, each with the same probability.

    Args:
        made: the generated items.
        task: the task whose class must agree.
        probability: of an exchange; a real item of a class without generated ones stays.
    """

    def __init__(self, made: RecordItems, task: str, probability: float) -> None:
        self.made, self.task, self.probability = made, task, probability
        self._members: dict[Any, list[int]] = {}
        for index in range(len(made)):
            self._members.setdefault(made.target(task, index), []).append(index)

    def __call__(self, items: Sequence[Item]) -> list[Item]:
        """Draws from torch's global generator."""
        lots = torch.rand(len(items), 2).tolist()
        return [self._one(item, *lot) for item, lot in zip(items, lots, strict=True)]

    def _one(self, item: Item, lot: float, choice: float) -> Item:
        members = self._members.get(item["targets"].get(self.task), [])
        if lot >= self.probability or not members:
            return item
        return {**self.made[members[int(choice * len(members))]], "synthetic": True}
