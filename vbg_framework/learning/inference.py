"""Probabilities for a sequence of items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import gather_object, send_to_device
from torch import Tensor

from vbg_framework.contracts.record import Task
from vbg_framework.learning.batch import Batch, Collate, ordered_loader
from vbg_framework.learning.evaluation.confidence import Confidence
from vbg_framework.learning.model import Model


@dataclass(frozen=True)
class Answers:
    """What a model says about n items, in their order.

    Args:
        probabilities: task -> (n, C) float32; rows sum to 1, except for multi-label tasks.
        targets: task -> (n,) class indices, -1 = missing; for a multi-label task (n, C), a row of -1 = missing.
        learnable: task -> (n,) bool, False = the class of the item occurs in nothing that was learnt from; empty = all.
    """

    probabilities: Mapping[str, np.ndarray]
    targets: Mapping[str, np.ndarray]
    learnable: Mapping[str, np.ndarray] = field(default_factory=dict)

    def calibrating(self, name: str) -> np.ndarray:
        """The targets of a task that calibration learns from: a class that could not be learnt counts as missing."""
        targets = self.targets[name]
        return np.where(self.learnable[name], targets, -1) if targets.ndim == 1 and self.learnable else targets


def calibrated(
    results: Mapping[str, np.ndarray], confidence: Mapping[str, Confidence], tasks: Mapping[str, Task]
) -> dict[str, np.ndarray]:
    """task -> (n, C) probabilities of a model, to calibrated ones."""
    return {n: confidence[n].probabilities(results[n], multi_label=task.multi_label) for n, task in tasks.items()}


def answer(
    model: torch.nn.Module,
    items: Sequence[Any],
    collate: Collate,
    *,
    batch_size: int,
    accelerator: Accelerator,
    workers: int,
) -> Answers:
    """Run the model over all items, shared among the processes; every process gets the whole answer."""
    mine = range(accelerator.process_index, len(items), accelerator.num_processes)
    bare, was_training = accelerator.unwrap_model(model), model.training
    bare.eval()
    batches = ordered_loader(items, mine, collate, batch_size, workers)
    pieces = gather_object([_piece(bare, batch, collate.tasks, accelerator) for batch in batches])
    bare.train(was_training)
    order = np.argsort(np.concatenate([index for index, _, _ in pieces]))
    results, targets = ({n: np.concatenate([p[i][n] for p in pieces])[order] for n in collate.tasks} for i in (1, 2))
    return Answers(results, targets, {n: _learnable(task, targets[n]) for n, task in collate.tasks.items()})


def _learnable(task: Task, target: np.ndarray) -> np.ndarray:
    """(n,) bool: whether training records have the class; True for unlabelled items and multi-label tasks."""
    if task.multi_label or not task.counts:
        return np.ones(len(target), bool)
    return np.append(np.array(task.counts) > 0, True)[target]  # -1 = missing is the last


@torch.inference_mode()
def probabilities(model: Model, batch: Batch, tasks: Mapping[str, Task]) -> dict[str, Tensor]:
    """task -> (B, C) probabilities of one batch: softmax, or sigmoid for a multi-label task."""
    logits = model(batch)
    return {
        name: logits[name].float().sigmoid() if task.multi_label else logits[name].float().softmax(-1)
        for name, task in tasks.items()
    }


def _piece(model: Model, batch: Batch, tasks: Mapping[str, Task], accelerator: Accelerator) -> tuple[Any, ...]:
    result = probabilities(model, send_to_device(batch, accelerator.device), tasks)
    targets = {name: values.numpy() for name, values in batch["targets"].items()}
    return batch["index"].numpy(), {name: values.cpu().numpy() for name, values in result.items()}, targets
