"""CNN and Transformer together as image encoder (arXiv 2502.18083)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Count = Annotated[int, Field(ge=1)]
Argument = bool | int | float | str | list[int]


class CnnTransformerConfig(Config):
    """A CNN for what lies close together, and a Transformer for how it hangs together."""

    backbone: str | None = None
    """The CNN, as timm names it; null = as the weights say, or `resnet50` from scratch."""
    model: str | None = None
    """Hub id of the CNN's pre-trained weights, `timm/name` or `timm/name@revision`; touches the network."""
    weights: str | None = None
    """The CNN's weights on this machine: a folder or .safetensors file, timm's or a MobileNetV2 of transformers."""
    arguments: dict[str, Argument] = {}
    """timm's own arguments of the CNN."""
    image_size: Count | None = None
    """Pixels; null = the size of the CNN's weights, or of its architecture."""
    stage: Annotated[int, Field(ge=1, le=4)] = 4
    """Stage of the CNN that is read: one token per 2^(stage+1) pixels. At 224 pixels 4 gives 49 tokens, 3 gives 196."""
    parts: Literal["both", "cnn", "transformer"] = "both"
    """cnn, transformer: that part alone, for comparison; the Transformer then reads patches of the picture."""
    branch: Literal["series", "parallel"] = "series"
    """series: the Transformer reads the CNN's map. parallel: it reads as many patches of the picture."""
    join: Literal["concat", "gate", "weighted", "sum"] = "concat"
    """concat: local and global features side by side. gate: a learnt share for each feature of each picture.
    weighted: one learnt share, half at the start. sum: added."""
    dim: Count = 512
    """Features of each part; with `join: concat` the encoder has twice as many."""
    layers: Count = 4
    """Transformer layers."""
    heads: Count = 8
    """Attention heads."""
    mlp_dim: Count | None = None
    """Width of the Transformer's feed-forward part; null = 4 x dim."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Dropout in training, in the Transformer and on the joined features."""
    frozen: bool = False
    """True = the CNN stays as it is, also under training; the rest is trained."""
    augment: Literal["none", "light"] = "none"
    """light: small rotation, crop of 80-100 %, colour jitter in training; never a flip, inscriptions stay readable."""

    @model_validator(mode="after")
    def _weights_come_from_one_place(self) -> CnnTransformerConfig:
        if self.model is not None and self.weights is not None:
            raise ValueError("`model` and `weights` are both set; give one of them")
        return self

    @model_validator(mode="after")
    def _heads_divide(self) -> CnnTransformerConfig:
        if self.dim % self.heads:
            raise ValueError(f"`dim` must be a multiple of `heads`, got {self.dim} and {self.heads}")
        return self


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the encoder."""
    scratch: dict[str, Any] = {"backbone": "test_resnet", "arguments": {}, "model": None, "weights": None}
    tiny = {**scratch, "image_size": 32, "stage": 3, "dim": 16, "layers": 1, "heads": 2, "mlp_dim": None}
    target = "vbg_cnn_transformer.encoder:CnnTransformerEncoder"
    return [Component("encoder", "cnn_transformer", CnnTransformerConfig, target, tiny, modalities=("image",))]
