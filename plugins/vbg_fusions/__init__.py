"""Plugin `fusions`: seven ways to join modalities, from vectors side by side to latents that read every token."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(ge=0, lt=1)]


class ConcatConfig(Config):
    """Options of the fusion `concat`."""

    dim: Count | None = None
    """Size of the joined vector; null = all pooled vectors side by side, and no weights to train."""
    norm: bool = False
    """Whether the projected vector is normalised (LayerNorm); needs `dim`."""
    dropout: Share = 0.0
    """Share of the vectors dropped in training."""

    @model_validator(mode="after")
    def _norm_has_something_to_normalise(self) -> ConcatConfig:
        if self.norm and self.dim is None:
            raise ValueError("norm: needs a projection, got dim null. Set dim, or leave norm out")
        return self


class WeightedSumConfig(Config):
    """Options of the fusion `weighted_sum`."""

    dim: Count = 256
    """Size of the joined vector, to which every modality is projected."""
    dropout: Share = 0.0
    """Share of each modality's vector dropped in training."""


class GatedConfig(Config):
    """Options of the fusion `gated`."""

    dim: Count = 256
    """Size of the joined vector, and of every gate."""
    dropout: Share = 0.0
    """Share of each modality's vector dropped in training."""


class LateConfig(Config):
    """Options of the fusion `late`."""

    dim: Count = 256
    """Size of every modality's vote; no smaller than the number of classes of all tasks, or votes are constrained."""
    dropout: Share = 0.0
    """Share of each modality's vector dropped in training."""


class CoattnLiteralConfig(Config):
    """Options of the fusion `coattn_literal`."""

    heads: Count = 12
    """Attention heads; must divide `dim`."""
    dropout: Share = 0.1
    """Share of attention weights dropped in training."""
    dim: Count | None = None
    """Size of the joined vector; null = the image encoder's."""


class BottleneckConfig(Config):
    """Options of the fusion `bottleneck`."""

    latents: Count = 8
    """Trainable latents that attend to the tokens."""
    layers: Count = 2
    """How many times they read."""
    heads: Count = 4
    """Attention heads; must divide `dim`."""
    dropout: Share = 0.1
    """Share of attention weights and of what the latents make of them dropped in training."""
    dim: Count = 256
    """Size of the latents and of the joined vector."""

    @model_validator(mode="after")
    def _heads_divide_dim(self) -> BottleneckConfig:
        if self.dim % self.heads:
            raise ValueError(f"heads: must divide dim, got dim {self.dim} and heads {self.heads}")
        return self


class MultiScaleConfig(Config):
    """Options of the fusion `multi_scale`."""

    scales: Annotated[tuple[Count, ...], Field(min_length=1)] = (1, 2, 4)
    """Cells per side of a grid, or segments of a sequence, at each scale."""
    grids: tuple[str, ...] = ("image",)
    """Modalities whose tokens are a square grid, row by row; all others are sequences."""
    dropout: Share = 0.0
    """Share of the pooled cells dropped in training."""
    dim: Count = 256
    """Size of the joined vector."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the fusions."""
    return [
        Component("fusion", "concat", ConcatConfig, "vbg_fusions.concat:Concat"),
        Component("fusion", "weighted_sum", WeightedSumConfig, "vbg_fusions.weighted_sum:WeightedSum", {"dim": 16}),
        Component("fusion", "gated", GatedConfig, "vbg_fusions.gated:Gated", {"dim": 16}),
        Component("fusion", "late", LateConfig, "vbg_fusions.late:Late", {"dim": 16}),
        Component(
            "fusion",
            "coattn_literal",
            CoattnLiteralConfig,
            "vbg_fusions.coattn_literal:CoattnLiteral",
            {"heads": 2, "dim": 16},
        ),
        Component(
            "fusion",
            "bottleneck",
            BottleneckConfig,
            "vbg_fusions.bottleneck:Bottleneck",
            {"latents": 2, "layers": 1, "heads": 2, "dim": 16},
        ),
        Component("fusion", "multi_scale", MultiScaleConfig, "vbg_fusions.multi_scale:MultiScale", {"dim": 16}),
    ]
