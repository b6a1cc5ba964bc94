"""ViT image encoder: pre-trained or from scratch, at any size."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Size = Annotated[int, Field(ge=1)]


class VitConfig(Config):
    """Which vision transformer reads the images."""

    model: str | None = None
    """Hub id of pre-trained weights, `owner/name` or `owner/name@revision`; touches the network."""
    weights: str | None = None
    """Pre-trained weights on this machine: a folder or a .safetensors file, timm or transformers format."""
    image_size: Size | None = None
    """Pixels; null = the size of the weights, or 224. Position embeddings are interpolated to another size."""
    patch_size: Size | None = None
    """Pixels; null = 16. Only without pre-trained weights."""
    dim: Size | None = None
    """Features per token; null = 768. Only without pre-trained weights."""
    layers: Size | None = None
    """Transformer layers; null = 12. Only without pre-trained weights."""
    heads: Size | None = None
    """Attention heads; null = 12. With pre-trained weights only if these do not say it."""
    mlp_dim: Size | None = None
    """Width of the feed-forward part; null = 4 x dim. Only without pre-trained weights."""
    block: Literal["pre_norm", "paper_postln"] = "pre_norm"
    """pre_norm: the usual ViT, with class token. paper_postln: LN(z + MHA(z)), LN(z' + MLP(z')), no class token."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Dropout in training, after the embedding and in every layer."""
    pooled: Literal["one", "views"] = "one"
    """one: the class token, or the mean of the patches. views: the class token, the mean of the patches, and the mean
    of the patches three quarters of the way up, side by side as one token, for heads that are fitted."""
    frozen: bool = False
    """True = the weights stay as they are, also under training."""
    augment: Literal["none", "light"] = "none"
    """light: small rotation, crop of 80-100 %, colour jitter in training; never a flip, inscriptions stay readable."""

    @property
    def pretrained(self) -> bool:
        """Whether weights come from a hub or a file."""
        return self.model is not None or self.weights is not None

    def sizes(self) -> dict[str, Any]:
        """The sizes of a net from scratch, defaults filled in."""
        dim = self.dim or 768
        return {
            "image_size": self.image_size or 224,
            "patch_size": self.patch_size or 16,
            "dim": dim,
            "layers": self.layers or 12,
            "heads": self.heads or 12,
            "mlp_dim": self.mlp_dim or 4 * dim,
        }

    @model_validator(mode="after")
    def _weights_decide_the_sizes(self) -> VitConfig:
        if self.model is not None and self.weights is not None:
            raise ValueError("`model` and `weights` are both set; give one of them")
        given = [name for name in ("patch_size", "dim", "layers", "mlp_dim") if getattr(self, name) is not None]
        if self.pretrained and given:
            raise ValueError(f"the pre-trained weights decide `{given[0]}`; leave it out, or train without weights")
        if self.pretrained and self.block == "paper_postln":
            raise ValueError("`block: paper_postln` is trained from scratch; leave `model` and `weights` out")
        return self

    @model_validator(mode="after")
    def _sizes_divide(self) -> VitConfig:
        sizes = self.sizes()
        if not self.pretrained and sizes["image_size"] % sizes["patch_size"]:
            raise ValueError(
                "`image_size` must be a multiple of `patch_size`, got {image_size} and {patch_size}".format(**sizes)
            )
        if not self.pretrained and sizes["dim"] % sizes["heads"]:
            raise ValueError("`dim` must be a multiple of `heads`, got {dim} and {heads}".format(**sizes))
        return self


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the encoder."""
    scratch = {"model": None, "weights": None}
    tiny = {"image_size": 32, "patch_size": 8, "dim": 32, "layers": 1, "heads": 2, "mlp_dim": None, **scratch}
    return [Component("encoder", "vit", VitConfig, "vbg_vit.encoder:VitEncoder", tiny, modalities=("image",))]
