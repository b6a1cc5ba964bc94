"""SqueezeNet image encoder: 0.7 million parameters."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl


class SqueezenetConfig(Config):
    """SqueezeNet 1.1 of torchvision."""

    model: Literal["imagenet"] | None = None
    """imagenet: torchvision's own weights; touches the network. null = from scratch, or as `weights` says."""
    weights: str | None = None
    """Pre-trained weights on this machine: torchvision's as .safetensors, or a folder with a model.safetensors."""
    image_size: Annotated[int, Field(ge=17)] = 224
    """Pixels."""
    frozen: bool = False
    """True = the weights stay as they are, also under training."""
    augment: Literal["none", "light"] = "none"
    """light: small rotation, crop of 80-100 %, colour jitter in training; never a flip, inscriptions stay readable."""

    @model_validator(mode="after")
    def _weights_come_from_one_place(self) -> SqueezenetConfig:
        if self.model is not None and self.weights is not None:
            raise ValueError("`model` and `weights` are both set; give one of them")
        return self


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the encoder."""
    tiny = {"image_size": 32, "model": None, "weights": None}
    return [
        Component(
            "encoder",
            "squeezenet",
            SqueezenetConfig,
            "vbg_squeezenet.encoder:SqueezenetEncoder",
            tiny,
            modalities=("image",),
        )
    ]
