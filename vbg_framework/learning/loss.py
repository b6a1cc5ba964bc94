"""The loss of an optimiser step whose records come in parts: micro-batches, processes, real and generated ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

import torch
from torch import Tensor

from vbg_framework.contracts.interfaces import Classifier
from vbg_framework.learning.batch import Batch

Targets = Mapping[str, Tensor]
Part = tuple[Tensor, Targets, float]
"""Rows of a batch (B,) bool, the targets of the batch, and what each of these rows weighs."""
Shares = Mapping[str | None, float]
"""What a part counts in the mean of each task that has labels in the step, and (None) of its records, 0..1. Over all
parts of a step, each adds up to 1."""


class StepLoss:
    """Gives every part its share, so that the parts' gradients add up to that of one large batch.

    A classifier's loss is the sum over tasks of a mean over labelled records, plus penalties. So each task of a part
    weighs as much as the part's labels of it among those of the whole step (`Classifier.label_mass`), and penalties
    count once.

    Args:
        classifier: whose loss it is.
        batches: the micro-batches of this process in this step, on the classifier's device.
        weight: of a generated record; a real one weighs 1. A mixed item counts for its own targets and, by their
            weight, for its second ones (mixup: Zhang et al. 2018, cutmix: Yun et al. 2019).
        processes: how many share the step; their gradients are averaged.
        summed: adds a tensor up over all processes.
    """

    def __init__(
        self,
        classifier: Classifier,
        batches: Sequence[Batch],
        weight: float,
        processes: int = 1,
        summed: Callable[[Tensor], Tensor] = lambda tensor: tensor,
    ) -> None:
        self.classifier, self.weight, self.processes = classifier, weight, processes
        self.undivided = len(batches) == processes == 1 and weight == 1 and "second" not in batches[0]
        if not self.undivided:
            self.shares = self._shares(batches, summed)

    def __call__(self, number: int, logits: Mapping[str, Tensor], batch: Batch) -> Tensor:
        """What one of the batches contributes. The step's loss is their sum, averaged over processes.

        Args:
            number: of the batch, from 0.
            logits: the classifier's answers, task -> (B, C).
            batch: the batch.
        """
        if self.undivided:
            return self.classifier.loss(logits, batch["targets"])
        total = sum((each[:0].sum() for each in logits.values()), torch.zeros(()))  # processes wait for every gradient
        for part, shares in zip(_parts(batch, self.weight), self.shares[number], strict=True):
            total = total + self._loss(logits, part, shares)
        return total * self.processes

    def _shares(self, batches: Sequence[Batch], summed: Callable[[Tensor], Tensor]) -> list[list[Shares]]:
        """The shares of the parts of every batch."""
        results = [[self._mass(part) for part in _parts(batch, self.weight)] for batch in batches]
        masses = torch.stack([mass for parts in results for mass in parts])  # (parts, tasks + 1)
        totals, *rows = torch.cat([summed(masses.sum(0))[None], masses]).tolist()
        names = [*batches[0]["targets"], None]
        each = iter([{n: m / t for n, m, t in zip(names, row, totals, strict=True) if t} for row in rows])
        return [list(islice(each, len(parts))) for parts in results]

    def _mass(self, part: Part) -> Tensor:
        """(tasks + 1,): what the part's labels of each task count, and its records."""
        rows, targets, each = part
        own = {n: target.where(rows if target.dim() == 1 else rows[:, None], -1) for n, target in targets.items()}
        masses = self.classifier.label_mass(own)
        return torch.stack([*(each * masses[name].double() for name in targets), rows.sum().double()])

    def _loss(self, logits: Mapping[str, Tensor], part: Part, shares: Shares) -> Tensor | float:
        """What one part contributes; the penalties go with the first task, so that often one call does for all."""
        tasks = {name: share for name, share in shares.items() if name is not None}
        penalties = next(iter(shares.values()))
        if not (penalties or any(tasks.values())):
            return 0.0
        rows, targets, _ = part
        answers = {name: values[rows] for name, values in logits.items()}
        wanted = {name: target[rows] for name, target in targets.items()}
        if set(tasks.values()) <= {penalties}:
            return penalties * self.classifier.loss(answers, wanted)
        missing = {name: torch.full_like(target, -1) for name, target in wanted.items()}
        alone = self.classifier.loss(answers, missing)
        total = penalties * alone
        for share, names in _alike(tasks).items():
            only = {**missing, **{name: wanted[name] for name in names}}
            total = total + share * (self.classifier.loss(answers, only) - alone)
        return total


def _parts(batch: Batch, weight: float) -> Iterator[Part]:
    """Rows of different kinds and weights apart: generated and real ones, own and second targets."""
    synthetic = batch["synthetic"]
    kinds = ((torch.ones_like(synthetic), 1.0),) if weight == 1 else ((~synthetic, 1.0), (synthetic, weight))
    mixed = batch.get("second_weight")
    for kind, factor in kinds:
        if mixed is None:
            yield kind, batch["targets"], factor
            continue
        for share in mixed.unique().tolist():
            yield kind & (mixed == share), batch["targets"], factor * (1 - share)
            yield kind & (mixed == share), batch["second"], factor * share


def _alike(shares: Mapping[str, float]) -> dict[float, list[str]]:
    """Share -> the tasks that have it: one call of the loss does for all of them."""
    result: defaultdict[float, list[str]] = defaultdict(list)
    for name, share in shares.items():
        if share:
            result[share].append(name)
    return result
