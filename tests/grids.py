"""A modality for tests: grids of numbers, as NumPy files. A plugin of one module, and what brings it into a process."""

import io

import numpy as np
import torch
from PIL import Image

from vbg_framework import Component, Config, Encoder, Features, Modality, hookimpl


class GridConfig(Config):
    """Options."""

    scale: float = 1.0
    """What numbers are multiplied by before they are stored."""


class Grid(Modality[GridConfig]):
    """Rows of numbers, kept as .npy."""

    suffixes = (".npy",)

    def store(self, value):
        if isinstance(value, bytes):
            value = np.load(io.BytesIO(value), allow_pickle=False)
        else:
            value = value * self.config.scale
        buffer = io.BytesIO()
        np.save(buffer, value.astype(np.float32))
        return buffer.getvalue()

    def open(self, stored):
        return np.load(io.BytesIO(stored), allow_pickle=False)

    def example(self, number):
        return np.random.default_rng(number).random((4, 4), np.float32)

    def picture(self, item):
        return Image.fromarray(np.uint8(item.clip(0, 1) * 255)).convert("RGB")


class Sums(Encoder):
    """One token of four column sums."""

    modality = "grid"
    dim = 4

    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.net = torch.nn.Linear(4, 4)

    def processor(self, train):
        return sums

    def forward(self, inputs):
        tokens = self.net(inputs["sums"])[:, None]
        return Features(tokens, torch.ones(tokens.shape[:2], dtype=torch.bool), tokens[:, 0])


def sums(items):
    """The sums of columns."""
    return {"sums": torch.from_numpy(np.stack([item.sum(0) for item in items]))}


class NoConfig(Config):
    """No options."""


@hookimpl
def vbg_components():
    return [
        Component("modality", "grid", GridConfig, "grids:Grid"),
        Component("encoder", "sums", NoConfig, "grids:Sums", modalities=("grid",)),
    ]
