"""Losses of neural heads. B batch, C classes."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from vbg_framework import Loss


class CrossEntropy(Loss):
    """Cross-entropy; with `label_smoothing` (Szegedy et al. 2016, https://arxiv.org/abs/1512.00567)."""

    def single(self, logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        """(B,) cross-entropies."""
        return F.cross_entropy(logits, target, weights, reduction="none", label_smoothing=self.config.label_smoothing)

    def several(self, logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        """(B,) means of a yes-or-no cross-entropy per class; smoothing spreads a label over yes and no."""
        target = target * (1 - self.config.label_smoothing) + self.config.label_smoothing / 2
        return F.binary_cross_entropy_with_logits(logits, target, pos_weight=weights, reduction="none").mean(1)


class Focal(Loss):
    """Focal loss: cross-entropy scaled by `(1 - p)^gamma`, p of the true class (Lin et al. 2017, arXiv 1708.02002)."""

    def single(self, logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        """(B,) scaled cross-entropies."""
        plain = F.cross_entropy(logits, target, reduction="none")
        return F.cross_entropy(logits, target, weights, reduction="none") * self._doubt(plain)

    def several(self, logits: Tensor, target: Tensor, weights: Tensor) -> Tensor:
        """(B,) means of a scaled yes-or-no cross-entropy per class."""
        plain = F.binary_cross_entropy_with_logits(logits, target, reduction="none")
        weighed = F.binary_cross_entropy_with_logits(logits, target, pos_weight=weights, reduction="none")
        return (weighed * self._doubt(plain)).mean(1)

    def _doubt(self, losses: Tensor) -> Tensor:
        """`(1 - p)^gamma` of plain cross-entropies `-log p`."""
        doubt: Tensor = (-torch.expm1(-losses)).clamp(min=torch.finfo(losses.dtype).eps) ** self.config.gamma
        return doubt
