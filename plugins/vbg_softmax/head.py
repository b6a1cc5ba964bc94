"""The head of one task. B batch, C classes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vbg_framework import Task, VBGError
from vbg_softmax import SoftmaxConfig


class Head(nn.Linear):
    """Logits of one task and their loss, in which a missing label counts for nothing.

    Args:
        dim: size of the vectors it reads.
        task: with `classes` and training `counts`; without counts all labels weigh 1 and all classes are equally
            frequent until a saved model is loaded.
        config: the options of the loss.
        bias: whether a bias is added.

    Raises:
        VBGError: `logit_adjustment` for a multi-label task.
    """

    label_weights: Tensor
    adjustment: Tensor | None

    def __init__(self, dim: int, task: Task, config: SoftmaxConfig, *, bias: bool = True) -> None:
        super().__init__(dim, len(task.classes), bias=bias)
        if config.logit_adjustment and task.multi_label:
            what = f"logit_adjustment is for tasks of one class per record, and '{task.name}' is multi-label"
            raise VBGError(
                "classifier", f"{what}, got {config.logit_adjustment:g}", "Set it to 0, or use class_weights."
            )
        self.rule, self.multi_label = config.loss.make(), task.multi_label
        counts = task.counts or (1,) * len(task.classes)
        weighed = counts if config.class_weights != "none" else (1,) * len(task.classes)
        power = 0.5 if config.class_weights == "sqrt" else 1.0
        self.register_buffer("label_weights", label_weights(weighed, power))
        adjustment = config.logit_adjustment * log_prior(counts) if config.logit_adjustment else None
        self.register_buffer("adjustment", adjustment)  # None is not part of a saved model

    def loss(self, logits: Tensor, target: Tensor) -> Tensor:
        """Mean loss of the labelled items, zero (with a graph) if there is none.

        Args:
            logits: (B, C).
            target: (B,) class indices, -1 = missing. For a multi-label task (B, C) of 0 and 1, a row of -1 = missing.
        """
        known = (target != -1).all(1) if self.multi_label else target != -1  # (B,)
        logits = logits.float().masked_fill(~known[:, None], 0)
        if self.adjustment is not None:
            logits = logits + self.adjustment.float()
        weights, labels = self.label_weights.float(), target.clamp(min=0)  # a missing one counts for nothing below
        if self.multi_label:
            losses: Tensor = self.rule.several(logits, labels.float(), weights)
        else:
            losses = self.rule.single(logits, labels, weights)
        return (losses * known).sum() / known.sum().clamp(min=1)


def label_weights(counts: Sequence[int], power: float) -> Tensor:
    """How much one label of each class counts, (C,): `count ** -power`, scaled to a mean of 1 over all labels.

    With `power` 1 this is n / (C * count). Because the mean is 1, the loss is divided by the number of labels and
    not by their weights, so that a weight also acts in a batch that holds a single class. A class without training
    labels weighs 1: only validation can ask for it, and there it is an item like any other.
    """
    count = torch.tensor(counts, dtype=torch.float64)
    seen = count > 0
    weights = torch.where(seen, count.clamp(min=1) ** -power, 0)
    scale = count.sum() / (weights * count).sum().clamp(min=torch.finfo(torch.float64).tiny)
    return torch.where(seen, weights * scale, 1).float()


def log_prior(counts: Sequence[int]) -> Tensor:
    """Logarithm of each class's share of the training labels, (C,); a class without labels counts as if it had one."""
    count = torch.tensor(counts, dtype=torch.float64).clamp(min=1)
    return (count / count.sum()).log().float()
