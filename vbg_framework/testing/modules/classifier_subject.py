"""A classifier under examination. B batch, C classes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from vbg_framework.base.seeds import isolated, seed_everything
from vbg_framework.contracts.interfaces import Classifier
from vbg_framework.contracts.record import Task
from vbg_framework.testing.modules.module_subject import ModuleSubject

BATCH, DIM = 8, 32


Tasks = Mapping[str, Task]


Targets = dict[str, Tensor]


def tasks() -> dict[str, Task]:
    """Two classes, seven classes, and a multi-label task."""
    sizes = {"binary": (2, False), "seven": (7, False), "several": (5, True)}
    return {name: made_task(name, classes, multi_label) for name, (classes, multi_label) in sizes.items()}


def made_task(name: str, classes: int, multi_label: bool = False) -> Task:
    """A task with classes of a few records each."""
    return Task(name, multi_label, tuple(f"class {n}" for n in range(classes)), tuple(range(4, 4 + classes)))


def targets(requested: Tasks, rows: int = BATCH) -> Targets:
    """A label for every row and task."""
    made = {}
    for name, task in requested.items():
        count = len(task.classes)
        codes = torch.arange(rows) % count
        grid = torch.arange(rows)[:, None] + torch.arange(count)  # (B, C)
        made[name] = (grid % 3 == 0).float() if task.multi_label else codes
    return made


def unlabelled(target: Tensor, rows: slice = slice(None)) -> Tensor:
    """The target with the labels of some rows missing."""
    changed = target.clone()
    changed[rows] = -1
    return changed


class ClassifierSubject(ModuleSubject):
    """A classifier with vectors and labels."""

    @cached_property
    def tasks(self) -> dict[str, Task]:
        """All at once."""
        return tasks()

    def reading(self, requested: Tasks) -> Classifier:
        """An instance for these tasks, built under a seed."""
        with isolated():
            seed_everything(0)
            classifier: Classifier = self.kind(self.config, dim=DIM, tasks=requested)
        return classifier

    def construct(self) -> Classifier:
        """For all tasks."""
        classifier: Classifier = self.kind(self.config, dim=DIM, tasks=self.tasks)
        return classifier

    def inputs(self, device: str = "cpu") -> Tensor:
        """Fixed vectors (B, dim)."""
        return torch.randn(BATCH, DIM, generator=torch.Generator().manual_seed(0)).to(device)

    def outputs(self, module: nn.Module, inputs: Any) -> dict[str, Tensor]:
        """Logits per task."""
        return dict(module(inputs))

    def objective_of(self, module: nn.Module, inputs: Any) -> Tensor:
        """The loss of a full batch, computed as in training."""
        assert isinstance(module, Classifier)
        return loss_of(module, inputs, targets(self.tasks))

    def movable(self, inputs: Any) -> dict[str, Tensor]:
        """The vectors."""
        return {"vectors": inputs.requires_grad_()}


def loss_of(classifier: Classifier, x: Tensor, wanted: Targets) -> Tensor:
    """The loss, computed in float32 or better as a run does."""
    exact = {
        name: result if result.dtype == torch.float64 else result.float() for name, result in classifier(x).items()
    }
    return classifier.loss(
        exact, {name: target.to(x.dtype) if target.is_floating_point() else target for name, target in wanted.items()}
    )
