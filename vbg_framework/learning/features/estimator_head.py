"""A scikit-learn-style head at the end of a model."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.interfaces import Classifier


class EstimatorHead(Classifier):
    """Lets an estimator answer in place of a head that is trained: its logits give back its probabilities.

    Args:
        estimator: fitted or loaded before it is asked.
    """

    def __init__(self, estimator: EstimatorClassifier) -> None:
        super().__init__(estimator.config, dim=estimator.dim, tasks=estimator.tasks)
        self.estimator = estimator

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """(B, dim) -> task -> (B, C): logarithms of probabilities, for a multi-label task log odds."""
        result = self.estimator.predict_proba(x.float().cpu().numpy())
        probabilities = {name: torch.from_numpy(p).to(x.device, torch.float32) for name, p in result.items()}
        multi_label = {name for name, task in self.estimator.tasks.items() if task.multi_label}
        return {name: p.logit() if name in multi_label else p.log() for name, p in probabilities.items()}

    def loss(self, logits: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> Tensor:
        """An estimator is fitted, not trained."""
        raise NotImplementedError(f"{type(self.estimator).__name__} is fitted, not trained")

    def save(self, folder: Path) -> None:
        """Write what was fitted into a new folder in place of an old one."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.estimator.save(folder)

    def load(self, folder: Path) -> None:
        """Become what `save` wrote."""
        self.estimator.load(folder)
