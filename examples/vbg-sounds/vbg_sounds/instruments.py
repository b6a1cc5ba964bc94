"""The data set `instruments`: bells, drums, flutes and strings, made by formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from vbg_framework import Dataset, Record, Task
from vbg_sounds import InstrumentsConfig
from vbg_sounds.wav import written

RATE = 8000
KINDS = ("bell", "drum", "flute", "string")
TITLES = ("Instrument", "Collected before 1900", "From a workshop in the north")


class Instruments(Dataset[InstrumentsConfig]):
    """Every instrument is heard twice; the text does not tell which it is."""

    @property
    def tasks(self) -> Sequence[Task]:
        """Which instrument it is."""
        return (Task("instrument"),)

    def records(self) -> Iterator[Record]:
        """Yield the sounds, as WAV files in memory."""
        for number in range(self.config.objects):
            kind = KINDS[number % len(KINDS)]
            pitch = np.random.default_rng((self.config.seed, number)).uniform(180, 700)
            for take in range(2):
                draws = np.random.default_rng((self.config.seed, number, take))
                sound = written(play(kind, pitch, self.config.seconds, draws), RATE)
                inputs = {"audio": sound, "text": {"title": TITLES[number % len(TITLES)]}}
                yield Record(f"{kind}-{number}-{take}", inputs, {"instrument": kind}, group=f"object-{number}")


def play(kind: str, pitch: float, seconds: float, draws: np.random.Generator) -> np.ndarray:
    """Samples in -1..1 of an instrument.

    Args:
        kind: one of `KINDS`.
        pitch: of the fundamental, in Hz.
        seconds: length.
        draws: of loudness, detuning and noise.
    """
    time = np.arange(round(seconds * RATE)) / RATE
    pitch *= draws.uniform(0.98, 1.02)
    partials, decay, noise = {
        "bell": ((1, 2.76, 5.4), 4.0, 0.0),
        "drum": ((0.3, 0.48), 25.0, 0.5),
        "flute": ((1, 2), 0.5, 0.05),
        "string": ((1, 2, 3, 4, 5), 6.0, 0.0),
    }[kind]
    tone = sum(np.sin(2 * np.pi * pitch * each * time) / place for place, each in enumerate(partials, 1))
    sound = (tone + noise * draws.normal(size=len(time))) * np.exp(-decay * time)
    return draws.uniform(0.4, 0.9) * sound / np.abs(sound).max() + draws.normal(0, 0.003, len(time))
