"""Image encoder `colour_histogram`: which colours lie where in a picture."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl

Bins = Annotated[int, Field(ge=2)]


class ColourHistogramConfig(Config):
    """How finely colours and places are told apart, and how large the tokens are."""

    levels: Annotated[int, Field(ge=1, le=5)] = 3
    """The picture is cut into 1, 4, 16, ... regions, once per level; each region is a token. 3 levels make 21."""
    lightness: Bins = 6
    """Bins of lightness."""
    hue: Bins = 10
    """Bins on each of the two axes of colour, green to red and blue to yellow."""
    size: Annotated[int, Field(ge=16)] = 96
    """Larger pictures are first reduced to this many pixels on the longer side."""
    dim: Annotated[int, Field(ge=1)] = 64
    """Features per token."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Declare the encoder."""
    return [
        Component(
            kind="encoder",
            name="colour_histogram",
            config=ColourHistogramConfig,
            target="vbg_colour_histogram.encoder:ColourHistogram",
            tiny={"levels": 2, "lightness": 2, "hue": 3, "size": 16, "dim": 8},
            modalities=("image",),
        )
    ]
