"""AdamW with a learning rate per part, and the schedule of the learning rate."""

from __future__ import annotations

import math

import torch
from torch import nn

from vbg_framework.config.experiment import TrainConfig
from vbg_framework.learning.model import Model


def build_optimiser(model: Model, setup: TrainConfig) -> torch.optim.AdamW:
    """AdamW over the trainable parameters, each group with its peak learning rate under `peak`.

    Decay applies to weight matrices only (not to biases, norms and embeddings), as in Loshchilov and Hutter 2019.

    Raises:
        ValueError: nothing is trainable.
    """
    parts: dict[str, tuple[nn.Module, float]] = {"classifier": (model.classifier, setup.learning_rate)}
    if model.fusion is not None:
        parts["fusion"] = (model.fusion, setup.learning_rate)
    for modality, encoder in model.encoders.items():
        parts[f"encoders.{modality}"] = (encoder, encoder_rate(setup, modality))
    groups = [group for name, (part, rate) in parts.items() for group in _groups(name, part, rate, setup.weight_decay)]
    fused = all(p.device.type in ("cpu", "cuda") for p in model.parameters())
    return torch.optim.AdamW(groups, lr=0.0, fused=fused)


def encoder_rate(setup: TrainConfig, modality: str) -> float:
    """The peak learning rate of one encoder."""
    given = setup.encoder_learning_rate
    default = TrainConfig.model_fields["encoder_learning_rate"].default
    return given.get(modality, default) if isinstance(given, dict) else given


def rate_factor(step: int, setup: TrainConfig) -> float:
    """Share of the peak learning rate at a step: linear rise over the warm-up, then the schedule down to zero."""
    warmup = max(1, round(setup.warmup * setup.steps))
    if step < warmup:
        return (step + 1) / warmup
    done = (step - warmup) / max(1, setup.steps - warmup)
    return {"linear": 1 - done, "cosine": 0.5 * (1 + math.cos(math.pi * done)), "constant": 1.0}[setup.schedule]


def set_rate(optimiser: torch.optim.Optimizer, factor: float) -> None:
    """Set every group's learning rate to its peak times `factor`."""
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * factor


def _groups(name: str, part: nn.Module, rate: float, decay: float) -> list[dict]:
    embeddings = {id(p) for m in part.modules() if isinstance(m, nn.Embedding) for p in m.parameters()}
    sorts: dict[bool, list[nn.Parameter]] = {True: [], False: []}
    for key, parameter in part.named_parameters():
        if parameter.requires_grad:
            plain = parameter.ndim < 2 or id(parameter) in embeddings or "embedding" in key.rpartition(".")[2]
            sorts[not plain].append(parameter)
    return [
        {"params": parameters, "peak": rate, "weight_decay": decay if decays else 0.0, "name": name}
        for decays, parameters in sorts.items()
        if parameters
    ]
