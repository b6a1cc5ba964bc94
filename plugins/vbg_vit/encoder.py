"""The image encoder: a vision transformer behind the `Encoder` interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vbg_framework import Block, Encoder, Features, Place, Processor
from vbg_framework.toolkit import ImageProcessor, assign, grid_places, weights_path
from vbg_vit import VitConfig
from vbg_vit.pretrained import read_architecture, read_state, resize_positions, weights_file
from vbg_vit.vit import Architecture, VisionTransformer


class VitEncoder(Encoder):
    """Hands the patch tokens to the fusion; the class token stays inside and becomes `pooled`.

    Without a class token `pooled` is the mean of the patch tokens.
    """

    modality = "image"

    def __init__(self, config: VitConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.architecture = Architecture.load(assets)
        self.dim = self.architecture.dim * (3 if config.pooled == "views" else 1)
        self.net = VisionTransformer(self.architecture, config.dropout)
        self.requires_grad_(not config.frozen).train()

    @classmethod
    def prepare(cls, config: VitConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write the architecture: of the pre-trained weights, or as the options say.

        Raises:
            VBGError: the weights cannot be found, read or understood.
        """
        if config.pretrained:
            file = weights_file(weights_path(config.model, config.weights))
            architecture = read_architecture(file, image_size=config.image_size, heads=config.heads)
        else:
            post_norm = config.block == "paper_postln"
            architecture = Architecture(**config.sizes(), class_token=not post_norm, post_norm=post_norm)
        architecture.save(assets)

    def pretrain(self, items: Iterable[Any], *, seed: int) -> None:
        """Load the pre-trained weights; nothing without `model` and `weights`.

        Raises:
            VBGError: the weights do not fit the architecture.
        """
        if not self.config.pretrained:
            return
        file = weights_file(weights_path(self.config.model, self.config.weights))
        state = read_state(file)
        positions = self.net.pos_embed.shape[1]
        state["pos_embed"] = resize_positions(state["pos_embed"], positions, self.architecture.class_token)
        assign(self.net, state, str(file))

    def train(self, mode: bool = True) -> VitEncoder:
        """Switch dropout on or off; a frozen encoder keeps it off."""
        return super().train(mode and not self.config.frozen)

    def processor(self, train: bool) -> Processor:
        """RGB pictures -> {"pixels": (B, 3, S, S)}."""
        arch = self.architecture
        return ImageProcessor(arch.image_size, arch.mean, arch.std, light=train and self.config.augment == "light")

    @property
    def blocks(self) -> tuple[Block, ...]:
        """One; of views three, of which that from the middle counts half."""
        if self.config.pooled == "one":
            return super().blocks
        return tuple(Block(self.modality, self.architecture.dim, weight) for weight in (1.0, 1.0, 0.5))

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"pixels": (B, 3, S, S)} -> patch tokens (B, N, D), all of them real; of views one token."""
        if self.config.pooled == "views":
            return self._views(inputs["pixels"])
        z = self.net(inputs["pixels"])
        tokens = z[:, 1:] if self.architecture.class_token else z
        pooled = z[:, 0] if self.architecture.class_token else z.mean(dim=1)
        return Features(tokens, torch.ones(tokens.shape[:2], dtype=torch.bool, device=z.device), pooled)

    def parameter_layers(self) -> list[list[nn.Parameter]]:
        """Patches and positions, then each layer."""
        blocks = [list(block.parameters()) for block in self.net.blocks]
        inside = {id(parameter) for block in [*blocks, self.net.norm.parameters()] for parameter in block}
        return [[parameter for parameter in self.parameters() if id(parameter) not in inside], *blocks]

    def places(self, item: Any) -> Sequence[Place | None]:
        """Of each patch; of views nothing."""
        return (
            ()
            if self.config.pooled == "views"
            else grid_places(item, (self.architecture.image_size // self.architecture.patch_size) ** 2)
        )

    def _views(self, pixels: Tensor) -> Features:
        """Class token (or mean), mean of the patches, and mean of the patches from the middle, side by side."""
        middle, z = self.net.views(pixels)
        patches = slice(int(self.architecture.class_token), None)
        first = z[:, 0] if self.architecture.class_token else z.mean(dim=1)
        pooled = torch.cat([first, z[:, patches].mean(dim=1), middle[:, patches].mean(dim=1)], dim=1)
        return Features(pooled[:, None], torch.ones_like(pooled[:, :1], dtype=torch.bool), pooled)
