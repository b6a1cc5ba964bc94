"""The optimiser with a learning rate per part, and the warm-up before the schedule of the learning rate."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from vbg_framework.base.errors import VBGError
from vbg_framework.config.train_config import TrainConfig
from vbg_framework.contracts.interfaces import Encoder
from vbg_framework.contracts.modality import modality_of
from vbg_framework.contracts.optimizer import Optimizer
from vbg_framework.contracts.schedule import Schedule
from vbg_framework.learning.model import Model


def build_optimiser(model: Model, setup: TrainConfig, rule: Optimizer) -> torch.optim.Optimizer:
    """The optimiser over the trainable parameters, each group with its peak learning rate under `peak`.

    Decay applies to weight matrices only (not to biases, norms and embeddings), as in Loshchilov and Hutter 2019.

    Raises:
        VBGError: the optimiser has other groups than it was given.
    """
    parts: dict[str, tuple[nn.Module, float]] = {"classifier": (model.classifier, setup.learning_rate)}
    if model.fusion is not None:
        parts["fusion"] = (model.fusion, setup.learning_rate)
    for modality, encoder in model.encoders.items():
        parts[f"encoders.{modality}"] = (encoder, encoder_rate(setup, modality))
    groups = [group for name, (part, rate) in parts.items() for group in _groups(name, part, rate, setup)]
    built = rule.build(groups)
    if [group.get("name") for group in built.param_groups] != [group["name"] for group in groups]:
        what = "the optimiser's `param_groups` are not those it was given, with all their keys"
        raise VBGError("train.optimizer", what, "Report it to the plugin's author.")
    return built


def encoder_rate(setup: TrainConfig, key: str) -> float:
    """The peak learning rate of one encoder."""
    given = setup.encoder_learning_rate
    default = TrainConfig.model_fields["encoder_learning_rate"].default
    return given.get(key, given.get(modality_of(key), default)) if isinstance(given, dict) else given


def rate_factor(step: int, setup: TrainConfig, schedule: Schedule, begin: int = 0) -> float:
    """Share of the peak learning rate at a step: linear rise over the warm-up, then what the schedule says.

    Args:
        step: optimiser steps done.
        setup: the budget, and the share of the warm-up in it.
        schedule: what comes after the warm-up.
        begin: the step at which the budget begins.

    Raises:
        VBGError: the schedule gave no finite number of 0 or more.
    """
    steps, done = setup.steps - begin, step - begin
    warmup = max(1, round(setup.warmup * steps))
    if done < warmup:
        return (done + 1) / warmup
    factor = schedule.factor(done - warmup, max(1, steps - warmup))
    if not (math.isfinite(factor) and factor >= 0):
        what = f"the schedule gave no finite share of 0 or more at step {step}, got {factor}"
        raise VBGError("train.schedule", what, "Report it to the plugin's author.")
    return factor


def set_rate(optimiser: torch.optim.Optimizer, factor: float) -> None:
    """Set every group's learning rate to its peak times `factor`."""
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * factor


def layer_shares(part: nn.Module, decay: float) -> dict[int, float]:
    """Id of a parameter -> share of the encoder's learning rate, if each layer has `decay` times that of the one above.

    As for ELECTRA (Clark et al. 2020, appendix) and BEiT (Bao et al. 2022).
    """
    layers = part.parameter_layers() if decay < 1 and isinstance(part, Encoder) else ()
    return {id(p): decay**above for above, layer in enumerate(reversed(layers)) for p in layer}


def _groups(name: str, part: nn.Module, rate: float, setup: TrainConfig) -> list[dict[str, Any]]:
    """Groups of equal rate and decay, the fastest first."""
    embeddings = {id(p) for m in part.modules() if isinstance(m, nn.Embedding) for p in m.parameters()}
    shares = layer_shares(part, setup.layer_decay)
    sorts: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for key, parameter in part.named_parameters():
        if parameter.requires_grad:
            plain = parameter.ndim < 2 or id(parameter) in embeddings or "embedding" in key.rpartition(".")[2]
            sorts.setdefault((shares.get(id(parameter), 1.0), not plain), []).append(parameter)
    decay = {True: setup.weight_decay, False: 0.0}
    return [
        {"params": sorts[share, decays], "peak": rate * share, "weight_decay": decay[decays], "name": name}
        for share, decays in sorted(sorts, reverse=True)
    ]
