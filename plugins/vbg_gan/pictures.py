"""The image half: fitted on the training pictures, then a picture for every class and attributes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from accelerate import Accelerator
from PIL import Image
from safetensors.torch import load_model, save_model

from vbg_framework import Lesson, TrainView
from vbg_framework.paths import locate
from vbg_framework.screen import Screen
from vbg_framework.toolkit import derive
from vbg_gan import GanConfig
from vbg_gan.evaluation import Evaluation, latents, paint
from vbg_gan.features import feature_network
from vbg_gan.fitting import Fitting
from vbg_gan.frames import Frames, read_frames
from vbg_gan.local_fusion import LocalFusionGenerator
from vbg_gan.memory import Memory
from vbg_gan.players import Critic, Painter, Players
from vbg_gan.sampler import Codes, Sampler
from vbg_gan.step import Step
from vbg_gan.style import StyleLoss
from vbg_gan.table import AttributeTable
from vbg_gan.taught import Taught
from vbg_gan.texture_folder import folder_library
from vbg_gan.textures import TextureLibrary, cut_library

GENERATOR, DISCRIMINATOR = "generator.safetensors", "discriminator.safetensors"
ABOUT, TEXTURES, MEMORY = "about.json", "textures", "memory.safetensors"
FRAMES, HELD_OUT = "frames", "held-out"


class PictureGenerator:
    """Learns to make pictures of a class with attributes.

    Args:
        config: the options.
        table: names all classes and attributes.

    Attributes:
        pictured: the classes that training pictures were seen of.
        size: side of its pictures in pixels.
        frames: the training pictures it was fitted on, until the folder is tidied.
    """

    def __init__(self, config: GanConfig, table: AttributeTable) -> None:
        self.config, self.table, self.codes = config, table, Codes(table)
        self.size = 16 * config.seed_grid
        self.pictured: frozenset[str] = frozenset()
        self.frames: Frames | None = None
        self.textures: TextureLibrary | None = None
        self.memory: Memory | None = None
        self.generator: Painter | None = None
        self.discriminator: Critic | None = None

    def fit(self, train: TrainView, *, accelerator: Accelerator, seed: int, folder: Path, screen: Screen) -> bool:
        """Learn; False if no training record with a class has a picture.

        Args:
            train: the training records.
            accelerator: device, precision and processes.
            seed: seed of every random draw.
            folder: a killed fit is resumed from what lies there.
            screen: where progress is shown.
        """
        with accelerator.main_process_first():
            frames = read_frames(train, self.table, self.size, folder / FRAMES, screen)
            kept_out = self._kept_out(train, folder / HELD_OUT, screen)
        if not frames.facts:
            return False
        self.frames = frames
        self.pictured = frozenset(frame.name for frame in frames.facts)
        if self.config.style.share > 0:
            self.textures = self._textures(frames, screen)
        self._remember(frames, seed)
        players = Players(self.config, len(self.table.classes), self.codes, derive(seed, "weights"), self.memory)
        sampler = Sampler(frames, self.codes, self.config.balance)
        self._train(self.config, players, sampler, None, frames, kept_out, accelerator, seed, folder, screen)
        return True

    def feedback(self, lesson: Lesson, *, accelerator: Accelerator, seed: int, folder: Path, screen: Screen) -> None:
        """Train on with what a round taught.

        Args:
            lesson: the round.
            accelerator, seed, folder, screen: as those of `fit`.
        """
        assert self.generator is not None, "fit or load first"
        assert self.discriminator is not None
        options = self.config.feedback
        with accelerator.main_process_first():
            frames = read_frames(lesson.train, self.table, self.size, folder / FRAMES, screen)
        config = self.config.model_copy(
            update={"steps": options.steps, "evaluate_every": options.steps, "patience": None}
        )
        self._remember(frames, seed)
        players = Players(config, len(self.table.classes), self.codes, 0, self.memory)
        players.go_on(self.generator, self.discriminator)
        sampler = Sampler(frames, self.codes, config.balance, lesson.need if options.need else None)
        taught = Taught(lesson, options, self.table, self.size)
        self._train(config, players, sampler, taught, frames, None, accelerator, seed, folder, screen)

    def _train(
        self, config: GanConfig, players: Players, sampler: Sampler, taught: Taught | None, frames: Frames,
        kept_out: Frames | None, accelerator: Accelerator, seed: int, folder: Path, screen: Screen,
    ) -> None:  # fmt: skip
        network, style = feature_network(config.style).to(accelerator.device), None
        if self.textures is not None and config.style.share > 0:
            options = config.style
            style = StyleLoss(
                network, self.textures, references=options.references, pictures=options.pictures, seed=seed
            )
        step = Step(config, players, style, accelerator, taught)
        evaluation = Evaluation(network, self.codes, self.table, frames, kept_out, folder / "grids", seed)
        Fitting(config, players, sampler, step, evaluation, accelerator, seed, folder, screen).run()
        self.discriminator, self.generator = players.discriminator, players.chosen

    def make(self, facts: Sequence[tuple[str, Mapping[str, str]]], *, seed: int) -> list[Image.Image | None]:
        """A picture for each pair of class and attribute -> value; None for a class that no picture was seen of."""
        if not facts:
            return []
        assert self.generator is not None, "fit or load first"
        made = paint(self.generator, *self.codes(facts), torch.Generator().manual_seed(seed))
        pairs = zip(facts, made, strict=True)
        return [Image.fromarray(pixels) if name in self.pictured else None for (name, _), pixels in pairs]

    def sources(self, facts: Sequence[tuple[str, Mapping[str, str]]], *, seed: int) -> list[tuple[str, ...]]:
        """Ids of the training records that each picture of `make` is made of, base first; none without local fusion."""
        if self.memory is None or not isinstance(self.generator, LocalFusionGenerator) or not facts:
            return [()] * len(facts)
        z = latents(self.generator, len(facts), torch.Generator().manual_seed(seed))
        numbers = self.generator.choose(z, *self.codes(facts)).tolist()
        return [tuple(dict.fromkeys(self.memory.records[number] for number in row)) for row in numbers]

    def save(self, folder: Path) -> None:
        """Write both networks, the texture library, and the pictures that local fusion makes others of."""
        assert self.generator is not None, "fit or load first"
        assert self.discriminator is not None
        save_model(self.generator, str(folder / GENERATOR))
        save_model(self.discriminator, str(folder / DISCRIMINATOR))
        (folder / ABOUT).write_text(json.dumps({"pictured": sorted(self.pictured)}), encoding="utf-8")
        if self.textures is not None:
            self.textures.save(folder / TEXTURES)
        if self.memory is not None:
            self.memory.save(folder / MEMORY)

    def load(self, folder: Path) -> None:
        """Become what `save` wrote."""
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.memory = Memory.load(folder / MEMORY) if self.config.local_fusion is not None else None
        players = Players(self.config, len(self.table.classes), self.codes, 0, self.memory)
        self.generator, self.discriminator = players.generator.to(device), players.discriminator.to(device)
        load_model(self.generator, str(folder / GENERATOR), device=str(device))
        load_model(self.discriminator, str(folder / DISCRIMINATOR), device=str(device))
        self.pictured = frozenset(json.loads((folder / ABOUT).read_text(encoding="utf-8"))["pictured"])
        if (folder / TEXTURES).is_dir():
            self.textures = TextureLibrary.load(folder / TEXTURES, self.table.classes)

    @staticmethod
    def tidy(folder: Path) -> None:
        """Remove the copies of the training pictures from a folder that was fitted in."""
        for name in (FRAMES, HELD_OUT):
            shutil.rmtree(folder / name, ignore_errors=True)

    def _remember(self, frames: Frames, seed: int) -> None:
        if self.config.local_fusion is not None:
            self.memory = Memory.of(frames, self.codes, self.config.local_fusion.most, derive(seed, "memory"))

    def _kept_out(self, train: TrainView, folder: Path, screen: Screen) -> Frames | None:
        if train.held_out is None or self.config.patience is None:
            return None
        return read_frames(train.held_out, self.table, self.size, folder, screen)

    def _textures(self, frames: Frames, screen: Screen) -> TextureLibrary:
        style = self.config.style
        if style.textures is not None:
            folder = locate(style.textures, variable="VBG_DATA")
            return folder_library(folder, self.table.classes, self.size, style.crops, screen)
        library = cut_library(frames, self.table.classes, style.crops)
        if len(library) < style.crops:
            screen.say(f"Textures  only {len(library)} of {style.crops} can be cut from {len(frames.facts)} pictures.")
        return library
