"""A small prepared data set, its training split as an augmenter sees it, and an augmenter to try things with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from memory_data import prepare_records
from PIL import Image

from vbg_framework.config.experiment import TextConfig
from vbg_framework.config.part import Part
from vbg_framework.config.plugins import PluginStatus
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.spec import Component, Config
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.items import Items

TASKS = (Task("kind"), Task("size"))
COUNTS = {"bowl": 20, "jar": 10, "tile": 2}


def noise(generator: np.random.Generator) -> Image.Image:
    """A picture like no other, with enough structure for a perceptual hash."""
    return Image.fromarray(generator.integers(0, 255, (6, 6, 3), np.uint8)).resize((32, 32), Image.Resampling.BICUBIC)


def museum(folder: Path, name: str = "museum") -> Items:
    """32 objects of three kinds, as the items of a training split."""
    draw = np.random.default_rng(0)
    records = [
        Record(
            f"{kind}-{i}",
            {"image": noise(draw), "text": {"title": f"{kind} {i}", "note": "private"}, "metadata": {"year": i}},
            {"kind": kind, "size": "large" if i % 2 else "small"},
        )
        for kind, count in COUNTS.items()
        for i in range(count)
    ]
    prepared = prepare_records(folder, records, tasks=TASKS, name=name)
    policy = TextPolicy(TextConfig(fields=["title"]), fields=prepared.text_fields, tasks=prepared.tasks)
    tasks = [replace(task, counts=task.counts) for task in prepared.tasks]
    return Items(prepared, tasks=tasks, modalities=["image", "text"], text=policy)


class NoiseConfig(Config):
    """Options."""

    blank_every: int = 0
    """Every so many records come out black; 0 = none."""
    base: str = ""
    """A file, a folder or a hub id it might begin with."""


class Noise(Augmenter):
    """Yields noise; None for the class `tile` when asked for with seed 0."""

    fits = 0

    def fit(self, train, *, accelerator, seed, folder, screen):
        """Learn one number."""
        type(self).fits += 1
        self.learnt = torch.rand(1).item()
        (folder / "losses.jsonl").write_text('{"step": 1, "loss": 2.0}\n')

    def generate(self, requests, train, *, seed):
        """Noise."""
        draw = np.random.default_rng(seed)
        for number, request in enumerate(requests):
            image = noise(draw)
            every = self.config.blank_every
            black = every and number % every == every - 1
            yield Record(str(number), {"image": Image.new("RGB", (32, 32)) if black else image}, dict(request))

    def save(self, folder):
        """Write it."""
        (folder / "learnt.txt").write_text(str(self.learnt))

    def load(self, folder):
        """Read it."""
        self.learnt = float((folder / "learnt.txt").read_text())


def part(**options) -> Part:
    """The augmenter as a configured component."""
    component = Component("augmenter", "noise", NoiseConfig, "museum:Noise")
    return Part(component, NoiseConfig(**options), PluginStatus("museum", "museum", "1.2", "loaded", (component,)))
