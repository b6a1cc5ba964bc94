"""Plugin `bidirectional_attention`: the image reads the text, the text reads the image, then both are joined."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl


class BidirectionalAttentionConfig(Config):
    """Options of the fusion `bidirectional_attention`."""

    layers: Annotated[int, Field(ge=1)] = 1
    """How many times the two modalities read each other."""
    heads: Annotated[int, Field(ge=1)] = 12
    """Attention heads; must divide `dim`."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Share of attention weights dropped in training."""
    dim: Annotated[int, Field(ge=1)] | None = None
    """Size of tokens and of the joined vector; null = the image encoder's. Other sizes are projected linearly."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the fusion."""
    return [
        Component(
            kind="fusion",
            name="bidirectional_attention",
            config=BidirectionalAttentionConfig,
            target="vbg_bidirectional_attention.fusion:BidirectionalAttention",
            tiny={"heads": 2, "dim": 16},
        )
    ]
