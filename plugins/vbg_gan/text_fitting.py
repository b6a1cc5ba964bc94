"""Learning to write, step by step, in a folder."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from accelerate import Accelerator

from vbg_framework.screen import Screen
from vbg_framework.toolkit import Progress, derive, isolated, load_checkpoint, save_checkpoint, seed_everything, written
from vbg_gan.text_config import TextConfig
from vbg_gan.text_lesson import IGNORED, Example, TextLesson, lesson
from vbg_gan.text_steps import TextSteps
from vbg_gan.text_vocabulary import UNKNOWN, Conditions

LOSSES = "text-losses.jsonl"
EVERY = 50  # steps between two checkpoints, lines of losses and measurements


class TextFitting:
    """Fits the networks, in a folder, so that a killed fit goes on exactly.

    Every process does the same work; the main process writes.

    Args:
        config: steps, rates and sizes.
        steps: makes them; its networks are moved to the accelerator's device.
        conditions: facts as numbers.
        accelerator: device and processes.
    """

    def __init__(
        self, config: TextConfig, steps: TextSteps, *, conditions: Conditions, accelerator: Accelerator
    ) -> None:
        self.config, self.step, self.conditions, self.accelerator = config, steps, conditions, accelerator
        self.networks, self.writer = steps.networks.to(accelerator.device), steps.writer
        self.steps = config.pretrain_steps + config.adversarial_steps

    def fit(
        self, examples: Sequence[Example], held_out: Sequence[Example], *, seed: int, folder: Path, screen: Screen
    ) -> None:
        """Learn from `examples`, measuring perplexity on `held_out`, if there is any."""
        optimiser = self.step.optimiser
        progress = load_checkpoint(folder / "text-checkpoints", self.networks, optimiser) or Progress()
        lines = _lines(folder / LOSSES, progress.step)
        self.accelerator.wait_for_everyone()
        sums: dict[str, list[float]] = {}
        with isolated(), screen.progress("Texts", self.steps, progress.step) as bar:
            for step in range(progress.step, self.steps):
                seed_everything(derive(seed, "text", step))
                for name, loss in self.step(self._draw(examples), step).items():
                    sums.setdefault(name, []).append(loss)
                bar.advance()
                if (step + 1) % EVERY == 0 or step + 1 == self.steps:
                    line = {"step": step + 1, **{name: sum(losses) / len(losses) for name, losses in sums.items()}}
                    if held_out:
                        line["perplexity"] = self.perplexity(held_out)
                    lines.append(line)
                    sums = {}
                    bar.show(**{name: value for name, value in line.items() if name != "step"})
                    if self.accelerator.is_main_process:
                        _write(folder / LOSSES, lines)
                        save_checkpoint(folder / "text-checkpoints", self.networks, optimiser, Progress(step + 1))
        self.networks.eval()

    @torch.no_grad()
    def perplexity(self, examples: Sequence[Example]) -> float:
        """exp of the mean negative log-likelihood of a token, without unknown words; the noise is always the same."""
        self.networks.eval()
        noise = torch.Generator().manual_seed(0)
        total, count = 0.0, 0
        for start in range(0, len(examples), self.config.batch_size):
            batch = self._lesson(examples[start : start + self.config.batch_size], noise)
            known = batch.targets.masked_fill(batch.targets == UNKNOWN, IGNORED)
            logits = self.writer(batch.inputs, batch.given)
            loss = F.cross_entropy(logits.flatten(0, 1), known.flatten(), ignore_index=IGNORED, reduction="sum")
            total, count = total + loss.item(), count + int((known != IGNORED).sum())
        return math.exp(total / max(count, 1))

    def _draw(self, examples: Sequence[Example]) -> TextLesson:
        chosen = torch.randint(len(examples), (self.config.batch_size,)).tolist()
        return self._lesson([examples[i] for i in chosen])

    def _lesson(self, examples: Sequence[Example], noise: torch.Generator | None = None) -> TextLesson:
        return lesson(examples, self.conditions, self.config.latent, self.accelerator.device, noise)


def _lines(path: Path, step: int) -> list[dict[Any, Any]]:
    """The losses written up to a step."""
    found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    return [line for line in found if line["step"] <= step]


def _write(path: Path, lines: Sequence[dict[Any, Any]]) -> None:
    with written(path) as partial:
        partial.write_text("".join(json.dumps(line) + "\n" for line in lines))
