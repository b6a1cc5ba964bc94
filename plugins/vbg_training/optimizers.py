"""Optimisers of torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from vbg_framework import Optimizer


class AdamW(Optimizer):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""

    def build(self, groups: Sequence[dict[str, Any]]) -> torch.optim.AdamW:
        """The fused form where the device has one."""
        fused = all(p.device.type in ("cpu", "cuda") for group in groups for p in group["params"])
        return torch.optim.AdamW(groups, lr=0.0, betas=self.config.betas, eps=self.config.eps, fused=fused)


class Sgd(Optimizer):
    """Stochastic gradient descent with momentum."""

    def build(self, groups: Sequence[dict[str, Any]]) -> torch.optim.SGD:
        """Without momentum, Nesterov's way makes no difference."""
        momentum = self.config.momentum
        return torch.optim.SGD(groups, lr=0.0, momentum=momentum, nesterov=self.config.nesterov and momentum > 0)
