"""Networks of timm behind the `Encoder` interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vbg_framework import Encoder, Features, Place, Processor
from vbg_framework.toolkit import Backbone, ImageProcessor, Stage, add_adapters, grid_places, own_name, weights_file
from vbg_timm import TimmConfig
from vbg_timm.learning import layers, rest, train_last
from vbg_timm.trunk import Trunk


class TimmEncoder(Encoder):
    """Hands the places of the last map, or the patches, to the fusion; `pooled` is what timm's classifier reads.

    Class and register tokens stay inside. At an inner stage `pooled` is the mean of the tokens.
    """

    modality = "image"

    def __init__(self, config: TimmConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.backbone = Backbone.load(assets)
        net = self.backbone.build()
        self.trunk = Trunk(net) if config.stage is None else Stage(net, config.stage)
        self.dim = self.trunk.dim
        if config.frozen:
            self.requires_grad_(False)
        elif config.train_last:
            train_last(self.trunk.net, config.train_last)
        elif config.lora:
            add_adapters(self.trunk.net, config.lora)
        self.train()

    @classmethod
    def prepare(cls, config: TimmConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write the architecture: of the pre-trained weights, or as the options say.

        Raises:
            VBGError: the weights or the architecture cannot be found, or do not fit the options.
        """
        file = weights_file(config.model, config.weights)
        name = config.name or (None if file else "resnet50")
        Backbone.find(name, file, config.arguments, config.image_size).save(assets)

    def pretrain(self, items: Iterable[Any], *, seed: int) -> None:
        """Load the pre-trained weights; nothing without `model` and `weights`.

        Raises:
            VBGError: the weights do not fit the architecture.
        """
        file = weights_file(self.config.model, self.config.weights)
        if file is None:
            return
        result, net = self.backbone.weights(file), self.trunk.net
        own = {name: own_name(name) for name in net.state_dict()}
        net.load_state_dict({name: result[base] for name, base in own.items() if base}, strict=False)

    def train(self, mode: bool = True) -> TimmEncoder:
        """Switch dropout and batch statistics on or off; what is frozen keeps them off."""
        super().train(mode and not self.config.frozen)
        rest(self.trunk.net)
        return self

    def processor(self, train: bool) -> Processor:
        """RGB pictures -> {"pixels": (B, 3, S, S)}."""
        about = self.backbone
        return ImageProcessor(about.image_size, about.mean, about.std, light=train and self.config.augment == "light")

    def parameter_layers(self) -> list[list[nn.Parameter]]:
        """Block by block."""
        return layers(self.trunk.net)

    def places(self, item: Any) -> Sequence[Place | None]:
        """Of each place of the map, or each patch, where these form a square."""
        with torch.no_grad():
            pixels = self.processor(False)([item])["pixels"].to(next(self.parameters()).device)
            return grid_places(item, self({"pixels": pixels}).tokens.shape[1])

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"pixels": (B, 3, S, S)} -> tokens (B, N, D), all of them real."""
        result = self.trunk(inputs["pixels"])
        if isinstance(result, Tensor):
            tokens = result.flatten(2).transpose(1, 2)  # (B, D, H, W) -> (B, N, D)
            pooled = tokens.mean(dim=1)
        else:
            tokens, pooled = result
        return Features(tokens, torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device), pooled)
