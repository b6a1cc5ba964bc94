"""Learning to write: first the next word of training texts, then against a judge."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from accelerate import Accelerator
from torch import Tensor, nn

from vbg_framework.checkpoint import Progress, load_checkpoint, save_checkpoint
from vbg_framework.screen import Screen
from vbg_framework.seeds import derive, isolated, seed_everything
from vbg_gan.table_learning import Facts
from vbg_gan.text_config import TextConfig
from vbg_gan.text_mask import TokenMask
from vbg_gan.text_networks import TextJudge, TextWriter
from vbg_gan.text_vocabulary import END, UNKNOWN, Conditions
from vbg_gan.text_writing import soft_write

LOSSES = "text-losses.jsonl"
EVERY = 50  # steps between two checkpoints, lines of losses and measurements
IGNORED = -100
CLIP = 1.0
GUMBEL = (1.0, 0.2)  # temperature at the first and the last adversarial step
WEIGHT = 1.0  # of the judge's opinion beside the likelihood of real texts, which keeps the language


class Example(NamedTuple):
    """A training text.

    Args:
        ids: its tokens, END included unless it was cut off.
        facts: what it is about.
    """

    ids: list[int]
    facts: Facts


class Lesson(NamedTuple):
    """A batch of texts.

    Args:
        inputs: (B, T) tokens to read, END first.
        targets: (B, T) the token after each; -100 behind the text.
        vectors: (B, C) what they are about.
        about: (B, G) the same as class indices.
        facts: the same in words.
    """

    inputs: Tensor
    targets: Tensor
    vectors: Tensor
    about: Tensor
    facts: list[Facts]


class TextFitting:
    """Fits the two networks, in a folder, so that a killed fit goes on exactly.

    Every process does the same work; the main process writes.

    Args:
        config: steps, rates and sizes.
        writer, judge: the networks; they are moved to the accelerator's device.
        mask: which tokens are permitted.
        conditions: facts as numbers.
        accelerator: device and processes.
    """

    def __init__(
        self,
        config: TextConfig,
        writer: TextWriter,
        judge: TextJudge,
        *,
        mask: TokenMask,
        conditions: Conditions,
        accelerator: Accelerator,
    ) -> None:
        self.config, self.mask, self.conditions, self.accelerator = config, mask, conditions, accelerator
        self.networks = nn.ModuleDict({"writer": writer, "judge": judge}).to(accelerator.device)
        self.writer, self.judge = writer, judge
        groups = [{"params": network.parameters()} for network in (writer, judge)]
        self.optimiser = torch.optim.Adam(groups)
        self.steps = config.pretrain_steps + config.adversarial_steps

    def fit(
        self, examples: Sequence[Example], held_out: Sequence[Example], *, seed: int, folder: Path, screen: Screen
    ) -> None:
        """Learn from `examples`, measuring perplexity on `held_out`, if there is any."""
        progress = load_checkpoint(folder / "text-checkpoints", self.networks, self.optimiser) or Progress()
        lines = _lines(folder / LOSSES, progress.step)
        self.accelerator.wait_for_everyone()
        sums: dict[str, list[float]] = {}
        with isolated(), screen.progress("Texts", self.steps, progress.step) as bar:
            for step in range(progress.step, self.steps):
                seed_everything(derive(seed, "text", step))
                for name, loss in self._step(examples, step).items():
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
                        save_checkpoint(folder / "text-checkpoints", self.networks, self.optimiser, Progress(step + 1))
        self.networks.eval()

    @torch.no_grad()
    def perplexity(self, examples: Sequence[Example]) -> float:
        """exp of the mean negative log-likelihood of a token, without unknown words."""
        self.networks.eval()
        total, count = 0.0, 0
        for start in range(0, len(examples), self.config.batch_size):
            lesson = self._lesson(examples[start : start + self.config.batch_size])
            known = lesson.targets.masked_fill(lesson.targets == UNKNOWN, IGNORED)
            logits = self.writer(lesson.inputs, lesson.vectors)
            total += _cross_entropy(logits, known, "sum").item()
            count += int((known != IGNORED).sum())
        return math.exp(total / max(count, 1))

    def _step(self, examples: Sequence[Example], step: int) -> dict[str, float]:
        self.networks.train()
        chosen = torch.randint(len(examples), (self.config.batch_size,)).tolist()
        lesson = self._lesson([examples[i] for i in chosen])
        early = step < self.config.pretrain_steps
        fall = 1 - step / max(self.config.pretrain_steps, 1)
        rate = self.config.pretrain_learning_rate * fall if early else self.config.learning_rate
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        return self._likelihood_step(lesson) if early else self._adversarial_step(lesson, step)

    def _likelihood_step(self, lesson: Lesson) -> dict[str, float]:
        loss = self._likelihood(lesson)
        self._update(loss, self.writer)
        return {"nll": loss.item()}

    def _adversarial_step(self, lesson: Lesson, step: int) -> dict[str, float]:
        """The judge learns from real and written texts about the same facts, then the writer from the judge."""
        share = (step - self.config.pretrain_steps) / max(self.config.adversarial_steps - 1, 1)
        temperature = GUMBEL[0] * (GUMBEL[1] / GUMBEL[0]) ** share
        length = lesson.targets.shape[1]
        fake, fake_mask = soft_write(
            self.writer, self.mask, lesson.facts, lesson.vectors, length=length, temperature=temperature
        )
        real_mask = lesson.targets != IGNORED
        real = F.one_hot(lesson.targets.clamp(min=0), fake.shape[2]).float()
        judged, about = self.judge(real, real_mask)
        fooled, _ = self.judge(fake.detach(), fake_mask)
        d = _binary(judged, 1.0) + _binary(fooled, 0.0) + _consistency(about, lesson.about)
        self._update(d, self.judge)
        judged, about = self.judge(fake, fake_mask)
        g = _binary(judged, 1.0) + _consistency(about, lesson.about)
        nll = self._likelihood(lesson)
        self._update(nll + WEIGHT * g, self.writer)
        return {"nll": nll.item(), "d": d.item(), "g": g.item()}

    def _likelihood(self, lesson: Lesson) -> Tensor:
        return _cross_entropy(self.writer(lesson.inputs, lesson.vectors), lesson.targets, "mean")

    def _update(self, loss: Tensor, network: nn.Module) -> None:
        """One step of one network: Adam leaves alone what has no gradient."""
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward(inputs=list(network.parameters()))
        nn.utils.clip_grad_norm_(network.parameters(), CLIP)
        self.optimiser.step()

    def _lesson(self, examples: Sequence[Example]) -> Lesson:
        facts = [example.facts for example in examples]
        rows = [torch.tensor(example.ids) for example in examples]
        targets = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=IGNORED)
        inputs = F.pad(targets.masked_fill(targets == IGNORED, END), (1, -1), value=END)
        vectors, about = self.conditions.vectors(facts), self.conditions.targets(facts)
        device = self.accelerator.device
        return Lesson(inputs.to(device), targets.to(device), vectors.to(device), about.to(device), facts)


def _cross_entropy(logits: Tensor, targets: Tensor, reduction: str) -> Tensor:
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=IGNORED, reduction=reduction)


def _binary(logits: Tensor, target: float) -> Tensor:
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def _consistency(logits: Sequence[Tensor], targets: Tensor) -> Tensor:
    """Mean cross-entropy of class and attributes over what is known."""
    losses = [F.cross_entropy(found, targets[:, i], ignore_index=-1, reduction="sum") for i, found in enumerate(logits)]
    return torch.stack(losses).sum() / (targets != -1).sum().clamp(min=1)


def _lines(path: Path, step: int) -> list[dict]:
    """The losses written up to a step."""
    found = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [line for line in found if line["step"] <= step]


def _write(path: Path, lines: Sequence[dict]) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text("".join(json.dumps(line) + "\n" for line in lines))
    partial.replace(path)
