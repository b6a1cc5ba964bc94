"""The modality `audio`."""

from __future__ import annotations

from math import gcd

import numpy as np
from PIL import Image, ImageDraw
from scipy.signal import resample_poly

from vbg_framework import Modality
from vbg_sounds import AudioConfig
from vbg_sounds.wav import read, written

SIZE = (240, 120)  # px


class Audio(Modality[AudioConfig]):
    """Sounds: WAV files, or samples in -1..1, float32, at the rate of the options. They are kept as WAV."""

    suffixes = (".wav",)

    def store(self, value: bytes | np.ndarray) -> bytes:
        """One channel at the rate of the options, cut to length."""
        rate = self.config.rate
        if isinstance(value, bytes):
            sound, given = read(value)
        elif isinstance(value, np.ndarray) and value.ndim == 1 and len(value):
            sound, given = value, rate
        else:
            raise ValueError(f"a sound is a WAV file or an array of samples, got {type(value).__name__}")
        if not np.isfinite(sound).all():
            raise ValueError("a sample is not finite")
        if given != rate:
            step = gcd(rate, given)
            sound = resample_poly(sound, rate // step, given // step)
        return written(sound[: max(1, round(self.config.seconds * rate))], rate)

    def open(self, stored: bytes) -> np.ndarray:
        """(n,) samples in -1..1, float32."""
        return read(stored)[0]

    def example(self, number: int) -> np.ndarray:
        """A tone, another for every number, 0.1 s and more."""
        time = np.arange(int(self.config.rate * (0.1 + 0.01 * (number % 5)))) / self.config.rate
        return np.sin(2 * np.pi * (200 + 37 * number % 900) * time, dtype=np.float32) * np.float32(0.8)

    def picture(self, item: np.ndarray) -> Image.Image:
        """The wave form: per column the lowest and highest sample."""
        width, height = SIZE
        image = Image.new("RGB", SIZE, "white")
        draw = ImageDraw.Draw(image)
        for x, part in enumerate(np.array_split(item, width)):
            if len(part):
                low, high = (float(np.clip(edge, -1, 1)) for edge in (part.min(), part.max()))
                draw.line([(x, height * (1 - high) / 2), (x, height * (1 - low) / 2)], "#345")
        return image
