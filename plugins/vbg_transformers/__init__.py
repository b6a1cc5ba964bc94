"""Plugin `transformers`: any text encoder of the library transformers, also trained in part or by adapters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Size = Annotated[int, Field(ge=1)]


class TransformersConfig(Config):
    """Which model reads the texts, and how much of it is trained."""

    model: str | None = None
    """Hub id of pre-trained weights, `owner/name` or `owner/name@revision`; touches the network."""
    weights: str | None = None
    """Pre-trained weights on this machine: a folder in transformers format, with its tokeniser."""
    max_length: Annotated[int, Field(ge=3)] = 128
    """Longest text in tokens, special ones included; the rest is cut off."""
    pooling: Literal["mean", "cls"] = "mean"
    """The vector of a text. mean: over its real tokens. cls: its first token."""
    prefix: str = ""
    """Put before every text, spaces included, such as `query: ` for encoders of the e5 family."""
    dropout: Annotated[float, Field(ge=0, lt=1)] | None = None
    """Dropout in training, everywhere in the model; null = as the model has it."""
    frozen: bool = False
    """True = the weights stay as they are during training."""
    train_last: Size | None = None
    """Train so many layers at the top, and freeze those below; null = train all."""
    lora: Size | None = None
    """Rank of adapters (LoRA) beside every linear layer; only these are trained. null = none."""
    architecture: str | None = None
    """Model type of transformers, such as `deberta-v2`; null = `modernbert`. Only without pre-trained weights."""
    vocab_size: Annotated[int, Field(ge=32)] | None = None
    """Largest vocabulary learnt from the training texts; null = 30522. Only without pre-trained weights."""
    dim: Size | None = None
    """Features per token; null = as the architecture has it. Only without pre-trained weights."""
    layers: Size | None = None
    """Transformer layers; null = as the architecture has it. Only without pre-trained weights."""
    heads: Size | None = None
    """Attention heads; null = as the architecture has it. Only without pre-trained weights."""

    @property
    def pretrained(self) -> bool:
        """Whether weights come from a hub or a folder."""
        return self.model is not None or self.weights is not None

    @model_validator(mode="after")
    def _nothing_contradicts(self) -> TransformersConfig:
        if self.model is not None and self.weights is not None:
            raise ValueError("`model` and `weights` are both set; give one of them")
        sizes = ("architecture", "vocab_size", "dim", "layers", "heads")
        given = [name for name in sizes if getattr(self, name) is not None]
        if self.pretrained and given:
            raise ValueError(f"the pre-trained weights decide `{given[0]}`; leave it out, or train without weights")
        ways = [name for name in ("frozen", "train_last", "lora") if getattr(self, name)]
        if len(ways) > 1:
            raise ValueError(f"`{ways[0]}` and `{ways[1]}` are both set; give one of them")
        return self


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the encoder."""
    sizes = {"vocab_size": 100, "max_length": 32, "dim": 16, "layers": 1, "heads": 2}
    tiny = {**sizes, "architecture": None, "model": None, "weights": None}
    target = "vbg_transformers.encoder:TransformersEncoder"
    return [Component("encoder", "transformers", TransformersConfig, target, tiny, modalities=("text",))]
