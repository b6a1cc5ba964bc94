"""The encoder `spectrum`. B batch, N tokens, S samples per window, D features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from vbg_framework import Encoder, Features
from vbg_sounds import SpectrumConfig


class Spectrum(Encoder[SpectrumConfig]):
    """Makes a token of every moment of a sound: how loud it is in each band of pitch."""

    modality = "audio"

    def __init__(self, config: SpectrumConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.dim = config.dim
        self.net = nn.Sequential(nn.Linear(config.bands, self.dim), nn.GELU(), nn.Linear(self.dim, self.dim))
        self.norm = nn.LayerNorm(self.dim)

    def processor(self, train: bool) -> partial[dict[str, Tensor]]:
        """Return what measures loudness; it draws nothing at random."""
        return partial(_measured, self.config)

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """(B, N, bands) to tokens, of which `mask` says which are sound."""
        mask = inputs["mask"]
        tokens = self.norm(self.net(inputs["bands"]))
        shares = mask / mask.sum(1, keepdim=True)  # (B, N)
        return Features(tokens, mask, (tokens * shares[..., None]).sum(1))


def _measured(config: SpectrumConfig, sounds: Sequence[np.ndarray]) -> dict[str, Tensor]:
    rows = [bands(sound, config.window, config.bands)[: config.most] for sound in sounds]
    length = max(map(len, rows))
    padded = np.stack([np.pad(row, ((0, length - len(row)), (0, 0))) for row in rows])
    mask = np.arange(length) < np.array([[len(row)] for row in rows])
    return {"bands": torch.from_numpy(padded.astype(np.float32)), "mask": torch.from_numpy(mask)}


def bands(sound: np.ndarray, window: int, count: int) -> np.ndarray:
    """Loudness in decibels above the floor of -80 dB, / 80, of `count` bands: (N, count).

    The bands are equally wide on the mel scale (O'Shaughnessy, Speech Communication, 1987), from 0 to half the rate.
    """
    sound = np.pad(sound, (0, max(0, window - len(sound))))
    starts = range(0, len(sound) - window + 1, window // 2)
    frames = np.stack([sound[start : start + window] for start in starts]) * np.hanning(window)
    power = np.abs(np.fft.rfft(frames)) ** 2 / window  # (N, S / 2 + 1)
    mel = np.log1p(np.arange(power.shape[1]) / power.shape[1] * 8)
    places = np.minimum((mel / mel[-1] * count).astype(int), count - 1)
    found = np.stack([power[:, places == place].sum(1) for place in range(count)], axis=1)
    return np.clip(10 * np.log10(found + 1e-8) / 80 + 1, 0, None)
