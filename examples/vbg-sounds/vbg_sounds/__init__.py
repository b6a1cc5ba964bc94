"""Plugin `sounds`: the modality `audio`, an encoder that reads it, and a small collection of drawn sounds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl


class AudioConfig(Config):
    """How sounds are kept."""

    rate: Annotated[int, Field(ge=1000, le=48000)] = 8000
    """Samples per second; sounds of another rate are resampled."""
    seconds: Annotated[float, Field(gt=0)] = 10.0
    """Longer sounds are cut after so many."""


class SpectrumConfig(Config):
    """How finely time and pitch are told apart, and how large the tokens are."""

    window: Annotated[int, Field(ge=16)] = 512
    """Samples per token; half of them are shared with the next one."""
    bands: Annotated[int, Field(ge=4)] = 32
    """Bands of pitch, equally wide for the ear."""
    most: Annotated[int, Field(ge=1)] = 64
    """Most tokens; of a longer sound the first."""
    dim: Annotated[int, Field(ge=1)] = 48
    """Features per token."""


class InstrumentsConfig(Config):
    """How many sounds are drawn."""

    objects: Annotated[int, Field(ge=3)] = 90
    """Instruments; each is heard twice."""
    seconds: Annotated[float, Field(gt=0)] = 0.4
    """Length of a sound."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Seed of all draws."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare modality, encoder and data set."""
    tiny = {"window": 128, "bands": 8, "dim": 8}
    some = {"objects": 24, "seconds": 0.1}
    return [
        Component("modality", "audio", AudioConfig, "vbg_sounds.audio:Audio"),
        Component("encoder", "spectrum", SpectrumConfig, "vbg_sounds.encoder:Spectrum", tiny, modalities=("audio",)),
        Component(
            "dataset", "instruments", InstrumentsConfig, "vbg_sounds.instruments:Instruments", some,
            modalities=("audio", "text"),
        ),
    ]  # fmt: skip
