"""Image encoders of timm: Swin, ConvNeXt, ResNet, MobileNet, DenseNet, DINOv2, SigLIP and many more."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Count = Annotated[int, Field(ge=1)]
Argument = bool | int | float | str | list[int]


class TimmConfig(Config):
    """Which network of timm reads the images."""

    name: str | None = None
    """Architecture as timm names it, such as `resnet50`; null = as the weights say, or `resnet50` from scratch."""
    model: str | None = None
    """Hub id of pre-trained weights, `timm/name` or `timm/name@revision`; touches the network."""
    weights: str | None = None
    """Pre-trained weights on this machine: a folder or .safetensors file, timm's or a MobileNetV2 of transformers."""
    arguments: dict[str, Argument] = {}
    """timm's own arguments of the architecture, such as `drop_path_rate`, or sizes of a net from scratch."""
    image_size: Count | None = None
    """Pixels; null = the size of the weights, or of the architecture. Position embeddings are interpolated."""
    stage: Annotated[int, Field(ge=1, le=5)] | None = None
    """null = the last features. n: the last map with one token per 2^(n+1) pixels: 16 in stage 3, 32 in stage 4."""
    frozen: bool = False
    """True = the weights stay as they are, also under training."""
    train_last: Count | None = None
    """Blocks, counted from the end, that are trained, with the norm after them; null = all."""
    lora: Count | None = None
    """Rank of low-rank adapters, which are trained instead of the weights; null = none. Needs peft."""
    augment: Literal["none", "light"] = "none"
    """light: small rotation, crop of 80-100 %, colour jitter in training; never a flip, inscriptions stay readable."""

    @model_validator(mode="after")
    def _weights_come_from_one_place(self) -> TimmConfig:
        if self.model is not None and self.weights is not None:
            raise ValueError("`model` and `weights` are both set; give one of them")
        return self

    @model_validator(mode="after")
    def _one_way_to_learn(self) -> TimmConfig:
        chosen = [name for name in ("frozen", "train_last", "lora") if getattr(self, name)]
        if len(chosen) > 1:
            raise ValueError(f"`{chosen[0]}` and `{chosen[1]}` contradict each other; give one of them")
        return self


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the encoder."""
    tiny = {"name": "test_resnet", "image_size": 32, "model": None, "weights": None, "arguments": {}}
    return [Component("encoder", "timm", TimmConfig, "vbg_timm.encoder:TimmEncoder", tiny, modalities=("image",))]
