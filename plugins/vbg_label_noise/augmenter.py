"""The augmenter component `label_noise`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from accelerate import Accelerator

from vbg_framework import Augmenter, TrainView, Transform, VBGError
from vbg_framework.screen import Screen
from vbg_framework.toolkit import derive, did_you_mean

Item = Mapping[str, Any]
SEED = "seed.json"


class LabelNoise(Augmenter):
    """Gives a share of the training records a wrong class. A comparison in which this does not hurt has no power.

    Every wrong class is equally probable (symmetric noise). Which records get which class follows from their ids and
    the experiment's seed. Validation and test keep their labels.
    """

    seed = 0

    def fit(self, train: TrainView, *, accelerator: Accelerator, seed: int, folder: Path, screen: Screen) -> None:
        """Keep the seed: it decides which records are wrong."""
        self.seed = seed

    def transform(self, train: TrainView) -> Transform:
        """Return what exchanges the targets of a batch.

        Raises:
            VBGError: there is no such task.
        """
        task = self.config.task
        if task is not None and task not in train.tasks:
            raise VBGError("augmenter.task", f"unknown task, got '{task}'", did_you_mean(task, train.tasks))
        sizes = {name: len(known.classes) for name, known in train.tasks.items() if task in (None, name)}
        return WrongLabels(self.seed, self.config.share, sizes)

    def save(self, folder: Path) -> None:
        """Write the seed."""
        (folder / SEED).write_text(json.dumps(self.seed), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read the seed."""
        self.seed = json.loads((folder / SEED).read_text(encoding="utf-8"))


class WrongLabels:
    """Exchanges the targets of some records for wrong ones, always the same.

    Args:
        seed: of the choice.
        share: of the records, 0..1.
        sizes: task -> number of its classes; other tasks keep their targets.
    """

    changes = ()  # of the inputs

    def __init__(self, seed: int, share: float, sizes: Mapping[str, int]) -> None:
        self.seed, self.share, self.sizes = seed, share, dict(sizes)

    def __call__(self, items: Sequence[Item]) -> list[Item]:
        """Return the items, those that are wrong as copies."""
        return [self._wrong(item) if self._chosen(item["id"]) else item for item in items]

    def _chosen(self, name: str) -> bool:
        return derive(self.seed, "wrong", name) < self.share * 2**63

    def _wrong(self, item: Item) -> Item:
        """A missing label stays missing; in a multi-label task one wrong class takes the place of all right ones."""
        targets = dict(item["targets"])
        for task in self.sizes.keys() & {known for known, target in targets.items() if target is not None}:
            target = targets[task]
            wrong = [code for code in range(self.sizes[task]) if not _carries(target, code)]
            if wrong:
                code = wrong[derive(self.seed, "class", task, item["id"]) % len(wrong)]
                targets[task] = code if isinstance(target, int) else [int(i == code) for i in range(self.sizes[task])]
        return {**item, "targets": targets}


def _carries(target: int | Sequence[int], code: int) -> bool:
    return target == code if isinstance(target, int) else bool(target[code])
