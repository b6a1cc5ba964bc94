"""The head of one task. B batch, C classes."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vbg_framework.record import Task


class Head(nn.Linear):
    """Logits of one task and their loss, in which a missing label counts for nothing.

    Args:
        dim: size of the vectors it reads.
        task: with `classes` and training `counts`; without counts all labels weigh 1 until a saved model is loaded.
        class_weights: `none`, `balanced` or `sqrt`, see `label_weights`.
    """

    label_weights: Tensor

    def __init__(self, dim: int, task: Task, class_weights: str) -> None:
        super().__init__(dim, len(task.classes))
        self.multi_label = task.multi_label
        neutral = class_weights == "none" or not task.counts
        counts = (1,) * len(task.classes) if neutral else task.counts
        self.register_buffer("label_weights", label_weights(counts, power=0.5 if class_weights == "sqrt" else 1.0))

    def loss(self, logits: Tensor, target: Tensor) -> Tensor:
        """Mean loss of the labelled items, zero (with a graph) if there is none.

        Args:
            logits: (B, C).
            target: (B,) class indices, -1 = missing: cross-entropy. For a multi-label task (B, C) of 0 and 1,
                a row of -1 = missing: binary cross-entropy, mean over classes.
        """
        known = (target != -1).all(1) if self.multi_label else target != -1  # (B,)
        logits = logits.float().masked_fill(~known[:, None], 0)
        weights = self.label_weights.float()
        if self.multi_label:
            losses = F.binary_cross_entropy_with_logits(logits, target.float(), pos_weight=weights, reduction="none")
            losses = losses.mean(1) * known
        else:
            losses = F.cross_entropy(logits, target, weights, ignore_index=-1, reduction="none")
        return losses.sum() / known.sum().clamp(min=1)


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
