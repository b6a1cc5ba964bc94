"""Training the image half: a discriminator step and a generator step, over and over, resumable at any moment."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from torch import Tensor

from vbg_framework import VBGError
from vbg_framework.screen import Bar, Screen
from vbg_framework.toolkit import (
    Progress,
    append_line,
    derive,
    load_best,
    load_checkpoint,
    read_lines,
    save_best,
    save_checkpoint,
    write_lines,
)
from vbg_gan import GanConfig
from vbg_gan.evaluation import Evaluation
from vbg_gan.players import Players
from vbg_gan.sampler import Sampler
from vbg_gan.step import Losses, Step

LINES = 500  # at most so many lines in losses.jsonl
CHECKPOINTS, LOSSES = "checkpoints", "losses.jsonl"


@dataclass
class Fitting:
    """What training the image half needs.

    Args:
        config: the options.
        players: the networks; changed in place.
        sampler: training pictures.
        step: one training step.
        evaluation: sample grids and KID.
        accelerator: device, precision and processes.
        seed: seed of every draw.
        folder: for checkpoints and `losses.jsonl`.
        screen: where progress is shown.
    """

    config: GanConfig
    players: Players
    sampler: Sampler
    step: Step
    evaluation: Evaluation
    accelerator: Accelerator
    seed: int
    folder: Path
    screen: Screen

    def run(self) -> None:
        """Train to the end, from the newest checkpoint if there is one, and load the best weights if KID chose them.

        Raises:
            VBGError: a loss is not finite.
        """
        optimiser = self.step.optimiser
        progress = load_checkpoint(self.folder / CHECKPOINTS, self.players, optimiser) or Progress()
        self._forget_after(progress.step)
        if progress.step == 0 and self._writes:
            self.evaluation.grid(self.players.chosen, 0)
        with self.screen.progress("Training the image GAN", self.config.steps, progress.step) as bar:
            self._advance(progress, bar)
        self.accelerator.wait_for_everyone()
        if progress.best is not None:
            load_best(self.folder, self.players.chosen)
        for network in (self.players.generator, self.players.discriminator):
            self.accelerator.unwrap_model(network, keep_fp32_wrapper=False)  # from now on as a loaded one: no autocast

    def _advance(self, progress: Progress, bar: Bar) -> None:
        config, every = self.config, max(1, self.config.steps // LINES)
        begun = saved = time.perf_counter()
        before = progress.seconds
        while not self._finished(progress):
            losses = self._draw_and_step(progress.step)
            progress.step += 1
            bar.advance()
            evaluating = progress.step % config.evaluate_every == 0 or progress.step == config.steps
            found = self._evaluate(progress, bar) if evaluating else None
            if evaluating or progress.step % every == 0:
                self._log(losses, progress.step, bar, found)
            progress.seconds = before + time.perf_counter() - begun
            if self._finished(progress) or time.perf_counter() - saved >= config.checkpoint_seconds:
                self._save(progress)
                saved = time.perf_counter()

    def _draw_and_step(self, step: int) -> Losses:
        """Everything random follows from seed, step and process."""
        place = derive(self.seed, "step", step, self.accelerator.process_index)
        share = max(2, math.ceil(self.config.batch_size / self.accelerator.num_processes))
        batch = self.sampler.draw(share, np.random.default_rng(place))
        batch = type(batch)(*(tensor.to(self.accelerator.device) for tensor in batch))
        return self.step(batch, step, torch.Generator().manual_seed(place))

    def _log(self, losses: Losses, step: int, bar: Bar, result: float | None) -> None:
        """One line with the losses of this step, and the KID if one was measured after it.

        Raises:
            VBGError: one is not finite.
        """
        values = {name: self._mean(value) for name, value in losses._asdict().items()}
        if not all(map(math.isfinite, values.values())):
            name = next(name for name, value in values.items() if not math.isfinite(value))
            fix = "Lower generator_rate and discriminator_rate, or use train.precision=fp32."
            raise VBGError(f"gan: step {step}", f"the loss `{name}` is not finite, got {values[name]}", fix)
        if self._writes:
            measured = (
                {} if result is None else {"kid": {"network": self.config.style.named, "value": round(result, 6)}}
            )
            rounded = {name: round(value, 6) for name, value in values.items()}
            append_line(self.folder / LOSSES, {"step": step} | rounded | measured)
        bar.show(D=values["d_real"] + values["d_fake"], G=values["g"])

    def _evaluate(self, progress: Progress, bar: Bar) -> float | None:
        """Sample grid, and KID on pictures kept out; the best generator is kept."""
        if self._writes:
            self.evaluation.grid(self.players.chosen, progress.step)
        [result] = broadcast_object_list([self.evaluation.kid(self.players.chosen)])  # the main process's
        if result is None:
            return None
        bar.show(KID=result)
        if progress.best is None or result < progress.best:
            progress.best, progress.best_step, progress.stale = result, progress.step, 0
            if self._writes:
                save_best(self.folder, self.players.chosen)
        else:
            progress.stale += 1
        return float(result)

    def _finished(self, progress: Progress) -> bool:
        patience = self.config.patience
        return progress.step >= self.config.steps or (patience is not None and progress.stale >= patience)

    def _save(self, progress: Progress) -> None:
        if self._writes:
            save_checkpoint(self.folder / CHECKPOINTS, self.players, self.step.optimiser, progress)

    def _forget_after(self, step: int) -> None:
        """Drop what a killed fit logged after its last checkpoint: it comes again."""
        if self._writes:
            file = self.folder / LOSSES
            write_lines(file, [line for line in read_lines(file) if line["step"] <= step])

    def _mean(self, value: Tensor) -> float:
        return float(self.accelerator.reduce(value.detach().float(), reduction="mean"))

    @property
    def _writes(self) -> bool:
        return self.accelerator.is_main_process
