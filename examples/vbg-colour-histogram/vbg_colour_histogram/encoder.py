"""The encoder `colour_histogram`. B batch, N tokens, D features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from vbg_colour_histogram import ColourHistogramConfig
from vbg_colour_histogram.histogram import histograms
from vbg_framework import Encoder, Features


class ColourHistogram(Encoder):
    """Makes a token of every region: its colour histogram, mapped linearly, with what is learnt about its place."""

    modality = "image"

    def __init__(self, config: ColourHistogramConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.dim = config.dim
        regions = sum(4**level for level in range(config.levels))
        self.colours = nn.Linear(config.lightness * config.hue**2, self.dim)
        self.norm = nn.LayerNorm(self.dim)  # histograms are small numbers
        self.place = nn.Parameter(torch.randn(regions, self.dim) * 0.02)  # (N, D)

    def processor(self, train: bool) -> partial[dict[str, Tensor]]:
        """Return what counts colours; it draws nothing at random."""
        return partial(_count, self.config.model_dump(exclude={"dim"}))

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """(B, N, bins) to tokens; none is masked, as every picture has all regions."""
        tokens = nn.functional.gelu(self.norm(self.colours(inputs["histograms"])) + self.place)  # (B, N, D)
        mask = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)  # (B, N)
        return Features(tokens, mask, tokens.mean(1))


def _count(options: Mapping[str, int], images: Sequence[Image.Image]) -> dict[str, Tensor]:
    return {"histograms": torch.from_numpy(np.stack([histograms(image, **options) for image in images]))}
