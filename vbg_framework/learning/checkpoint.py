"""Checkpoints: everything needed to go on exactly, written so that a half-written one is never taken for whole."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, load_model, save_file, save_model
from torch import nn


@dataclass
class Progress:
    """How far training has come. Random draws follow from seed and step, so no generator state is kept.

    Args:
        step: optimiser steps done.
        best: best validation metric so far; None before the first evaluation.
        best_step: the step it was measured at.
        stale: evaluations since then.
        seconds: training time so far, over all sessions.
    """

    step: int = 0
    best: float | None = None
    best_step: int = 0
    stale: int = 0
    seconds: float = 0.0


def save_checkpoint(folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, progress: Progress) -> None:
    """Write model, optimiser and progress; the previous checkpoint is removed when the new one is complete."""
    partial = _fresh(folder / "partial")
    save_model(model, str(partial / "model.safetensors"))
    save_file(_flat(optimiser), str(partial / "optimiser.safetensors"))
    (partial / "progress.json").write_text(json.dumps(asdict(progress)))
    _publish(partial, folder / f"step-{progress.step:08d}")
    for old in _complete(folder)[:-1]:
        shutil.rmtree(old)


def load_checkpoint(folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer) -> Progress | None:
    """Restore the newest complete checkpoint; None if there is none."""
    found = _complete(folder)
    if not found:
        return None
    load_model(model, str(found[-1] / "model.safetensors"))
    _restore(optimiser, load_file(found[-1] / "optimiser.safetensors"))
    return Progress(**json.loads((found[-1] / "progress.json").read_text()))


def load_weights(folder: Path, model: nn.Module) -> bool:
    """Load the model of the newest complete checkpoint; False if there is none."""
    found = _complete(folder)
    if found:
        load_model(model, str(found[-1] / "model.safetensors"))
    return bool(found)


def save_best(folder: Path, model: nn.Module) -> None:
    """Replace the best model's weights in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "best.partial"
    save_model(model, str(partial))
    partial.replace(folder / "best.safetensors")


def load_best(folder: Path, model: nn.Module) -> None:
    """Load the best model's weights."""
    load_model(model, str(folder / "best.safetensors"))


def _flat(optimiser: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    state = optimiser.state_dict()["state"]
    return {f"{i}.{key}": torch.as_tensor(value) for i, entry in state.items() for key, value in entry.items()}


def _restore(optimiser: torch.optim.Optimizer, flat: dict[str, torch.Tensor]) -> None:
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in flat.items():
        i, _, key = name.partition(".")
        state.setdefault(int(i), {})[key] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _publish(partial: Path, final: Path) -> None:
    shutil.rmtree(final, ignore_errors=True)
    partial.rename(final)


def _complete(folder: Path) -> list[Path]:
    return sorted(folder.glob("step-*"))
