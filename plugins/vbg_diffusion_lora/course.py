"""A course of training steps that can be killed at any moment and resumed."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from vbg_framework import VBGError
from vbg_framework.screen import Bar, Screen
from vbg_framework.toolkit import (
    Progress,
    append_line,
    derive,
    load_checkpoint,
    read_lines,
    save_checkpoint,
    write_lines,
)

LINES = 500  # at most so many lines in the log


@dataclass
class Course:
    """Adam steps on one loss.

    Args:
        name: what people see beside the progress bar.
        steps: how many.
        module: holds what is learnt, for checkpoints.
        rates: step -> learning rate.
        loss: (step, generator) -> scalar; all that is random follows from the generator.
        after: called after every step.
        accelerator: device, precision and processes.
        seed: seed of every draw.
        folder: for checkpoints.
        log: a file for the losses, one line each; None = no log.
        checkpoint_seconds: between checkpoints.
        screen: where progress is shown.
    """

    name: str
    steps: int
    module: nn.Module
    rates: Callable[[int], float]
    loss: Callable[[int, torch.Generator], Tensor]
    accelerator: Accelerator
    seed: int
    folder: Path
    checkpoint_seconds: float
    screen: Screen
    log: Path | None = None
    after: Callable[[int], None] = lambda step: None

    def run(self) -> None:
        """Go to the end, from the newest checkpoint if there is one.

        Raises:
            VBGError: the loss is not finite, or the memory does not suffice.
        """
        learnt = [parameter for parameter in self.module.parameters() if parameter.requires_grad]
        optimiser = torch.optim.AdamW(learnt, lr=self.rates(0), weight_decay=1e-2)
        progress = load_checkpoint(self.folder, self.module, optimiser) or Progress()
        self._forget_after(progress.step)
        try:
            with self.screen.progress(self.name, self.steps, progress.step) as bar:
                self._advance(learnt, optimiser, progress, bar)
        except torch.OutOfMemoryError as error:
            fix = "Lower batch_size or resolution, set gradient_checkpointing=true, or use train.precision=bf16."
            raise VBGError(f"diffusion_lora: {self.name}", "the device's memory does not suffice", fix) from error
        self.accelerator.wait_for_everyone()

    def _advance(self, learnt: list[Any], optimiser: torch.optim.AdamW, progress: Progress, bar: Bar) -> None:
        saved, every = time.perf_counter(), max(1, self.steps // LINES)
        while progress.step < self.steps:
            loss = self._step(learnt, optimiser, progress.step)
            progress.step += 1
            bar.advance()
            if progress.step % every == 0 or progress.step == self.steps:
                self._tell(loss, progress.step, bar)
            if progress.step == self.steps or time.perf_counter() - saved >= self.checkpoint_seconds:
                if self.accelerator.is_main_process:
                    save_checkpoint(self.folder, self.module, optimiser, progress)
                saved = time.perf_counter()

    def _step(self, learnt: list[Any], optimiser: torch.optim.AdamW, step: int) -> Tensor:
        place = derive(self.seed, "step", step, self.accelerator.process_index)
        for group in optimiser.param_groups:
            group["lr"] = self.rates(step)
        with self.accelerator.autocast():
            loss = self.loss(step, torch.Generator().manual_seed(place))
        optimiser.zero_grad()
        self.accelerator.backward(loss)
        nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        self.after(step)
        return loss.detach()

    def _tell(self, loss: Tensor, step: int, bar: Bar) -> None:
        value = float(self.accelerator.reduce(loss.float(), reduction="mean"))
        if not math.isfinite(value):
            fix = "Lower learning_rate, or use train.precision=fp32."
            raise VBGError(f"diffusion_lora: step {step}", f"the loss is not finite, got {value}", fix)
        if self.log and self.accelerator.is_main_process:
            append_line(self.log, {"step": step, "loss": round(value, 6)})
        bar.show(loss=value)

    def _forget_after(self, step: int) -> None:
        """Drop what a killed course logged after its last checkpoint: it comes again."""
        if self.log and self.accelerator.is_main_process:
            write_lines(self.log, [line for line in read_lines(self.log) if line["step"] <= step])


def rise_and_fall(step: int, steps: int, peak: float) -> float:
    """A learning rate that rises over fifty steps at most, and then falls to a twentieth of its peak."""
    return peak * min(1.0, (step + 1) / min(50, steps)) * max(0.05, 1 - step / steps)
