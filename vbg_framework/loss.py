"""The loss of an optimiser step whose records come in parts: micro-batches, processes, real and generated ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import torch
from torch import Tensor

from vbg_framework.batch import Batch
from vbg_framework.interfaces import Classifier

Targets = Mapping[str, Tensor]
Part = tuple[Tensor, Targets, float]
"""Rows of a batch (B,) bool, their targets, and what each of these rows weighs."""


class StepLoss:
    """Gives every part its share, so that the parts' gradients add up to that of one large batch.

    A classifier's loss is the sum over tasks of a mean over labelled records, plus penalties. So each task of a part
    weighs as much as the part has labels of it among those of the whole step, and penalties count once.

    Args:
        batches: the micro-batches of this process in this step.
        weight: of a generated record; a real one weighs 1. A mixed item counts for its own targets and, by their
            weight, for its second ones (mixup: Zhang et al. 2018, cutmix: Yun et al. 2019).
        processes: how many share the step; their gradients are averaged.
        summed: adds a tensor up over all processes.
    """

    def __init__(
        self,
        batches: Sequence[Batch],
        weight: float,
        processes: int = 1,
        summed: Callable[[Tensor], Tensor] = lambda tensor: tensor,
    ) -> None:
        self.weight, self.processes = weight, processes
        found = [[_weights(part) for part in _parts(batch, weight)] for batch in batches]  # before they go to a device
        names = list(batches[0]["targets"])
        every = [each for parts in found for each in parts]
        local = torch.tensor([sum(each[name] for each in every) for name in names], dtype=torch.float64)
        totals = dict(zip(names, summed(local).tolist(), strict=True))
        self.shares = [[_alike(each, totals) for each in parts] for parts in found]

    def __call__(self, number: int, classifier: Classifier, logits: Mapping[str, Tensor], batch: Batch) -> Tensor:
        """What one of the batches contributes. The step's loss is their sum, averaged over processes.

        Args:
            number: of the batch, from 0.
            classifier: whose loss it is.
            logits: its answers, task -> (B, C).
            batch: the batch.
        """
        if len(self.shares) == self.processes == 1 and [set(shares) for shares in self.shares[0]] == [{1.0}]:
            return classifier.loss(logits, batch["targets"])  # nothing is divided
        penalties = _penalties(classifier, logits, batch["targets"])
        total = penalties / len(self.shares)
        for (rows, targets, _), shares in zip(_parts(batch, self.weight), self.shares[number], strict=True):
            answers = {name: values[rows] for name, values in logits.items()}
            for share, names in shares.items():
                wanted = {n: target[rows] if n in names else _missing(target[rows]) for n, target in targets.items()}
                total = total + self.processes * share * (classifier.loss(answers, wanted) - penalties)
        return total


def _penalties(classifier: Classifier, logits: Mapping[str, Tensor], targets: Targets) -> Tensor:
    """The loss without any label, which always has a graph. A mean over nothing (NaN) is taken for none."""
    found = classifier.loss(logits, {name: _missing(target) for name, target in targets.items()})
    nothing = torch.stack([values.sum() for values in logits.values()]).sum() * 0
    return found + nothing if found.isfinite() else nothing


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


def _weights(part: Part) -> dict[str, float]:
    """task -> the weight of the part's labels."""
    rows, targets, each = part
    return {name: each * int(_known(target[rows]).sum()) for name, target in targets.items()}


def _known(target: Tensor) -> Tensor:
    """(B,) which records have a label."""
    return target != -1 if target.dim() == 1 else (target != -1).all(1)


def _missing(target: Tensor) -> Tensor:
    return torch.full_like(target, -1)


def _alike(weights: Mapping[str, float], totals: Mapping[str, float]) -> dict[float, list[str]]:
    """Share of the step's labels -> the tasks with this share: one call of the loss does for all of them."""
    found: defaultdict[float, list[str]] = defaultdict(list)
    for name, weight in weights.items():
        if weight:
            found[weight / totals[name]].append(name)
    return found
