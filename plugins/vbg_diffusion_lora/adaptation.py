"""Learning adapters: pictures and captions are encoded once, then only the denoiser is needed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.adapters import add_adapter, choose_adapter
from vbg_diffusion_lora.captions import Captions
from vbg_diffusion_lora.course import Course
from vbg_diffusion_lora.family import Family
from vbg_diffusion_lora.lessons import Lessons
from vbg_diffusion_lora.rows import Rows, write_rows
from vbg_diffusion_lora.shots import Shot, as_pixels, squares
from vbg_framework import TrainView
from vbg_framework.screen import Screen
from vbg_framework.toolkit import derive, isolated, seed_everything

Loss = Callable[[int, torch.Generator], Tensor]  # step and draws -> scalar
PIECE = 16  # pictures or captions encoded at a time
CACHE, CHECKPOINTS, LOSSES = "encoded", "checkpoints", "losses.jsonl"


@dataclass
class Adaptation:
    """What learning the adapters of a base model needs.

    Args:
        config: the options.
        family: the base; adapters are added to it.
        train: the training records.
        captions: what pictures are called.
        accelerator: device, precision and processes.
        seed: seed of every draw.
        folder: for encoded pictures, checkpoints and losses.
        screen: where progress is shown.
    """

    config: DiffusionLoraConfig
    family: Family
    train: TrainView
    captions: Captions
    accelerator: Accelerator
    seed: int
    folder: Path
    screen: Screen

    def learn(self, courses: Mapping[str, Sequence[Shot]]) -> None:
        """Learn one adapter per entry: name -> pictures. Whatever was learnt before a kill is kept."""
        self.family.pipe.to(self.accelerator.device)
        encoded = {name: self._encoded(name, shots) for name, shots in courses.items()}
        self.family.rest("cpu")
        if self.config.gradient_checkpointing:
            self.family.denoiser.enable_gradient_checkpointing()
        for name, (lessons, pictures, texts) in encoded.items():
            self._learn(name, lessons, pictures, texts)
        self.family.rest(self.accelerator.device)
        self.family.denoiser.eval()
        if self.accelerator.is_main_process:
            shutil.rmtree(self.folder / CACHE, ignore_errors=True)

    def _encoded(self, name: str, shots: Sequence[Shot]) -> tuple[Lessons, Rows, Rows]:
        """Pictures and captions as the denoiser knows them, on disk."""
        lessons, pictures = self._lessons(name, shots), self._pictures(name, shots)
        with self.accelerator.main_process_first():
            texts = write_rows(
                self.folder / CACHE / name / "texts", lessons.texts, len(lessons.texts), self.family.encode_captions,
                PIECE, self.screen, "Encoding captions",
            )  # fmt: skip
        return lessons, pictures, texts

    def _lessons(self, name: str, shots: Sequence[Shot]) -> Lessons:
        return Lessons(self.captions, shots, self.config, derive(self.seed, "captions", name))

    def _pictures(self, name: str, shots: Sequence[Shot]) -> Rows:
        family, seen = self.family, squares(self.train, shots, self.config.resolution)
        with self.accelerator.main_process_first():
            return write_rows(
                self.folder / CACHE / name / "pictures", seen, len(shots),
                lambda part: {"kept": family.encode_pictures(as_pixels(part))}, PIECE, self.screen, "Encoding pictures",
            )  # fmt: skip

    def _learn(self, name: str, lessons: Lessons, pictures: Rows, texts: Rows) -> None:
        with isolated():
            seed_everything(derive(self.seed, "adapter", name))
            learnt = add_adapter(self.family, self.config.adapter, name)
        self.family.denoiser.train()
        net, device = self.accelerator.prepare_model(self.family.denoiser), self.accelerator.device

        def loss(step: int, generator: torch.Generator) -> Tensor:
            batch = lessons.draw(self.config.batch_size, self.accelerator, generator)
            kept = pictures[batch.pictures]["kept"].to(device)
            condition = {key: tensor.to(device) for key, tensor in texts[batch.texts].items()}
            return self.family.loss(net, self.family.latents(kept, generator), condition, generator)

        self._course(
            name, f"Learning the adapter{'' if self.config.adapter.scope == 'domain' else f' {name}'}", learnt, loss
        )
        self.accelerator.unwrap_model(net, keep_fp32_wrapper=False)
        choose_adapter(self.family, name)

    def _course(self, name: str, title: str, learnt: nn.Module, loss: Loss) -> None:
        """Go through the steps of one adapter or word; a killed course is resumed."""
        Course(
            name=title, steps=self.config.steps, module=learnt, rates=lambda step: self.config.learning_rate, loss=loss,
            accelerator=self.accelerator, seed=derive(self.seed, "learning", name),
            folder=self.folder / CHECKPOINTS / name, log=self._log(name),
            checkpoint_seconds=self.config.checkpoint_seconds, screen=self.screen,
        ).run()  # fmt: skip

    def _log(self, name: str) -> Path:
        return self.folder / (LOSSES if self.config.adapter.scope == "domain" else f"losses-{name}.jsonl")
