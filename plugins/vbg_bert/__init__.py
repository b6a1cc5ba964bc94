"""BERT text encoder: pre-trained, or from scratch with a vocabulary of its own."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Size = Annotated[int, Field(ge=1)]


class BertConfig(Config):
    """Which transformer reads the texts."""

    model: str | None = None
    """Hub id of pre-trained weights, `owner/name` or `owner/name@revision`; touches the network."""
    weights: str | None = None
    """Pre-trained weights on this machine: a folder in transformers format, with its tokeniser."""
    max_length: Annotated[int, Field(ge=3)] = 128
    """Longest text in tokens, [CLS] and [SEP] included; the rest is cut off."""
    vocab_size: Annotated[int, Field(ge=32)] | None = None
    """Largest vocabulary learnt from the training texts; null = 30522. Only without pre-trained weights."""
    dim: Size | None = None
    """Features per token; null = 768. Only without pre-trained weights."""
    layers: Size | None = None
    """Transformer layers; null = 12. Only without pre-trained weights."""
    heads: Size | None = None
    """Attention heads; null = 12. Only without pre-trained weights."""
    mlp_dim: Size | None = None
    """Width of the feed-forward part; null = 4 x dim. Only without pre-trained weights."""
    dropout: Annotated[float, Field(ge=0, lt=1)] | None = None
    """Dropout in training; null = 0.1. Only without pre-trained weights, which bring their own."""
    frozen: bool = False
    """True = the weights are frozen during training (after masked language modelling, if any)."""
    mlm_steps: Annotated[int, Field(ge=0)] = 0
    """Steps of masked language modelling on the training texts, before the training itself."""
    mlm_batch_size: Size = 32
    """Texts per step of that stage."""
    mlm_learning_rate: Annotated[float, Field(gt=0)] = 1e-4
    """AdamW learning rate of that stage."""

    @property
    def pretrained(self) -> bool:
        """Whether weights come from a hub or a folder."""
        return self.model is not None or self.weights is not None

    @model_validator(mode="after")
    def _weights_decide_the_sizes(self) -> BertConfig:
        if self.model is not None and self.weights is not None:
            raise ValueError("`model` and `weights` are both set; give one of them")
        sizes = ("vocab_size", "dim", "layers", "heads", "mlp_dim", "dropout")
        given = [name for name in sizes if getattr(self, name) is not None]
        if self.pretrained and given:
            raise ValueError(f"the pre-trained weights decide `{given[0]}`; leave it out, or train without weights")
        if (self.dim or 768) % (self.heads or 12):
            raise ValueError(f"`dim` must be a multiple of `heads`, got {self.dim or 768} and {self.heads or 12}")
        return self


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the encoder."""
    sizes = {"vocab_size": 200, "max_length": 32, "dim": 32, "layers": 1, "heads": 2, "mlp_dim": None}
    tiny = {**sizes, "model": None, "weights": None, "mlm_steps": 2}
    return [Component("encoder", "bert", BertConfig, "vbg_bert.encoder:BertEncoder", tiny, modalities=("text",))]
