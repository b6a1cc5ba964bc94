"""A model asked about one record that is changed in one input at a time; the others are encoded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from accelerate.utils import send_to_device
from torch import Tensor

from vbg_framework.contracts.interfaces import Features
from vbg_framework.contracts.modality import modality_of
from vbg_framework.learning.prediction.saved import SavedModel

BATCH = 16
FEATURES = ("tokens", "mask", "pooled")
Answered = dict[str, np.ndarray]


class Asking:
    """Probabilities of all tasks for changed copies of a record.

    Args:
        model: who is asked.
        inputs: the record, modality -> raw item.
    """

    def __init__(self, model: SavedModel, inputs: Mapping[str, Any]) -> None:
        self.model, self.inputs = model, dict(inputs)
        with torch.inference_mode():
            batch = send_to_device(model.batch([self.inputs]), model.device)
            self._features: dict[str, Features] = model.model.features(batch)

    def with_only(self, modalities: Sequence[str]) -> Answered:
        """Task -> (1, C) where the record has these inputs alone."""
        return self.model.answers(self.model.batch([{name: self.inputs[name] for name in modalities}]))

    def with_items(self, modality: str, items: Sequence[Any]) -> Answered:
        """Task -> (n, C) with each of n items in place of the record's own."""
        parts = [
            self.model.answers(self._batch(modality, items[start : start + BATCH]))
            for start in range(0, len(items), BATCH)
        ]
        return {task: np.concatenate([part[task] for part in parts]) for task in self.model.tasks} if parts else {}

    def _batch(self, modality: str, items: Sequence[Any]) -> Any:
        batch = self.model.batch([{modality: item} for item in items])
        for name, result in self._features.items():
            if modality_of(name) != modality and modality_of(name) in self.inputs:
                batch["inputs"][name] = {key: _repeated(getattr(result, key), len(items)) for key in FEATURES}
                batch["present"][name] = torch.ones(len(items), dtype=torch.bool)
        return batch


def _repeated(tensor: Tensor, count: int) -> Tensor:
    return tensor.expand(count, *tensor.shape[1:]).contiguous()
