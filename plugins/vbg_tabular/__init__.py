"""Plugin `tabular`: metadata, read by a transformer that is trained from scratch, or as it stands by `one_hot`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Size = Annotated[int, Field(ge=1)]


class FieldsConfig(Config):
    """Which fields of the metadata are read, and how."""

    fields: list[str] | None = None
    """Fields to read; null = all that the training records have."""
    drop: list[str] = []
    """Fields to leave out, such as those that give the label away."""
    years: list[tuple[str, str]] = []
    """Pairs of fields with the first and the last year, BCE negative; each pair is read as its centre and its width."""
    at_most: Size = 50
    """Most values of a field of words that are told apart; rarer ones, and those met once, count as `other`."""


class TabularConfig(FieldsConfig):
    """Which fields of the metadata are read, and how."""

    dim: Size = 64
    """Features per token."""
    layers: Size = 2
    """Transformer layers."""
    heads: Size = 4
    """Attention heads; must divide `dim`."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Dropout in training, in every layer."""

    @model_validator(mode="after")
    def _heads_divide_dim(self) -> TabularConfig:
        if self.dim % self.heads:
            raise ValueError(f"`dim` must be a multiple of `heads`, got {self.dim} and {self.heads}")
        return self


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the encoders."""
    anything: dict[str, Any] = {"fields": None, "drop": [], "years": []}  # their names are those of the data
    tiny, reads = {"dim": 16, "layers": 1, "heads": 2, **anything}, ("metadata",)
    return [
        Component("encoder", "tabular", TabularConfig, "vbg_tabular.encoder:TabularEncoder", tiny, modalities=reads),
        Component("encoder", "one_hot", FieldsConfig, "vbg_tabular.one_hot:OneHotEncoder", anything, modalities=reads),
    ]
