"""Checkpoints: everything needed to go on exactly, written so that a half-written one is never taken for whole."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, load_model, save_file, save_model
from torch import nn

from vbg_framework.base.digest import checksums, file_digest, verify
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.publication import BEFORE, PARTIAL, discard, write_json, written

PROGRESS, SUMS, BEST = "progress.json", "checksums.json", "best.safetensors"
MODEL, OPTIMISER, AVERAGE = "model.safetensors", "optimiser.safetensors", "average.safetensors"
KEPT = 2
"""Checkpoints that are kept: if the newest is damaged, training goes on from the one before."""


@dataclass
class Progress:
    """How far training has come. Random draws follow from seed and step, so no generator state is kept.

    Args:
        step: optimiser steps done.
        best: best validation metric so far; None before the first evaluation.
        best_step: the step it was measured at.
        stale: evaluations since then.
        seconds: training time so far, over all sessions.
        best_digest: checksum of the best weights; empty = not known.
        probe: optimiser steps of the probe among `step`.
    """

    step: int = 0
    best: float | None = None
    best_step: int = 0
    stale: int = 0
    seconds: float = 0.0
    best_digest: str = ""
    probe: int = 0


def save_checkpoint(
    folder: Path,
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    progress: Progress,
    average: nn.Module | None = None,
) -> None:
    """Write model, optimiser, progress and averaged weights with their checksums; the one before stays beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    with written(folder / f"step-{progress.step:08d}") as partial:
        partial.mkdir()
        save_model(model, str(partial / MODEL))
        save_file(flat_state(optimiser), str(partial / OPTIMISER))
        if average is not None:
            save_model(average, str(partial / AVERAGE))
        write_json(partial / PROGRESS, asdict(progress))
        write_json(partial / SUMS, checksums(partial, partial.iterdir()))
    _discard_older(folder)


def load_checkpoint(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, average: nn.Module | None = None
) -> Progress | None:
    """Restore the newest checkpoint that is whole; None if there is none.

    Raises:
        VBGError: it is of another model.
    """
    result = _newest(folder)
    if result is None:
        return None
    _discard_older(folder)  # a process may have been killed before or while it did
    with _told(result):
        load_model(model, str(result / MODEL))
        restore_state(optimiser, load_file(result / OPTIMISER))
        if average is not None:
            load_model(average, str(result / AVERAGE))
    return Progress(**read_json(result / PROGRESS, Progress))


def load_weights(folder: Path, model: nn.Module) -> bool:
    """Load the model of the newest checkpoint that is whole; False if there is none."""
    result = _newest(folder)
    if result is None:
        return False
    with _told(result):
        load_model(model, str(result / MODEL))
    return True


def has_checkpoint(folder: Path) -> bool:
    """Whether one of its checkpoints is whole."""
    return _newest(folder) is not None


def save_best(folder: Path, model: nn.Module) -> str:
    """Replace the best model's weights in one step; return their checksum."""
    folder.mkdir(parents=True, exist_ok=True)
    with written(folder / BEST) as partial:
        save_model(model, str(partial))
    return file_digest(folder / BEST)


def load_best(folder: Path, model: nn.Module, digest: str = "") -> None:
    """Load the best model's weights.

    Args:
        digest: their checksum; empty = not known.

    Raises:
        VBGError: they are damaged.
    """
    verify(folder, {BEST: digest} if digest else {}, _fix(folder))
    with _told(folder / BEST):
        load_model(model, str(folder / BEST))


def _newest(folder: Path) -> Path | None:
    """The newest checkpoint whose files are what was written."""
    for result in reversed(_complete(folder)):
        try:
            if (result / SUMS).exists():  # those of earlier versions have none
                verify(result, read_json(result / SUMS, dict[str, str]), "")
            read_json(result / PROGRESS, Progress)
            return result
        except VBGError as error:
            warnings.warn(f"{error.where} {error.what}; an earlier checkpoint is taken", stacklevel=2)
    return None


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Name the file that does not fit."""
    try:
        yield
    except (OSError, RuntimeError, KeyError, ValueError, SafetensorError) as error:
        what = f"cannot be loaded ({(str(error).splitlines() or [type(error).__name__])[0]})"
        raise VBGError(str(path), what, _fix(path)) from error


def _fix(path: Path) -> str:
    folder = path if path.name == "checkpoints" else path.parent
    return f"Remove {folder} and resume: training then starts from the beginning."


def flat_state(optimiser: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """The state of an optimiser by `<parameter>.<key>`."""
    state = optimiser.state_dict()["state"]
    known = ((f"{i}.{key}", value) for i, entry in state.items() for key, value in entry.items())
    return {name: torch.as_tensor(value).contiguous() for name, value in known if value is not None}


def restore_state(optimiser: torch.optim.Optimizer, flat: dict[str, torch.Tensor]) -> None:
    """Give an optimiser what `flat_state` said, in the memory format of each parameter: fused steps read both alike."""
    state: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in flat.items():
        i, _, key = name.partition(".")
        state.setdefault(int(i), {})[key] = value
    optimiser.load_state_dict({"state": state, "param_groups": optimiser.state_dict()["param_groups"]})
    for parameter, entry in optimiser.state.items():
        for key, value in entry.items():
            if torch.is_tensor(value) and value.shape == parameter.shape:
                entry[key] = torch.empty_like(parameter, dtype=value.dtype, device=value.device).copy_(value)


def _discard_older(folder: Path) -> None:
    discard(folder, [path.name for path in _complete(folder)[:-KEPT]])


def _complete(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("step-*") if path.suffix not in (PARTIAL, BEFORE))
