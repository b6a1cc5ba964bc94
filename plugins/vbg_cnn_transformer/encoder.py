"""CNN and Transformer behind the `Encoder` interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vbg_cnn_transformer import CnnTransformerConfig
from vbg_cnn_transformer.context import Context
from vbg_cnn_transformer.join import Join
from vbg_framework import Encoder, Features, Processor, VBGError
from vbg_framework.toolkit import Backbone, ImageProcessor, Stage, weights_file


class CnnTransformerEncoder(Encoder):
    """Local features of a CNN and global ones of a Transformer, joined and normalised (arXiv 2502.18083).

    `pooled` joins the means of both. A token joins both at one place of the picture, so that tokens and `pooled` have
    the same features.
    """

    modality = "image"

    def __init__(self, config: CnnTransformerConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.backbone = Backbone.load(assets)
        self.cnn = Stage(self.backbone.build(), config.stage) if config.parts != "transformer" else None
        self.near = nn.Linear(self.cnn.dim, config.dim) if self.cnn else None
        self.far = self._context() if config.parts != "cnn" else None
        self.join = Join(config.join, config.dim) if config.parts == "both" else None
        self.dim = self.join.dim if self.join else config.dim
        self.norm, self.dropout = nn.LayerNorm(self.dim), nn.Dropout(config.dropout)
        if self.cnn:
            self.cnn.requires_grad_(not config.frozen)
        self.train()

    @classmethod
    def prepare(cls, config: CnnTransformerConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write the CNN's architecture: of the pre-trained weights, or as the options say.

        Raises:
            VBGError: the weights or the architecture cannot be found, or do not fit the options.
        """
        file = weights_file(config.model, config.weights)
        name = config.backbone or (None if file else "resnet50")
        Backbone.find(name, file, config.arguments, config.image_size).save(assets)

    def pretrain(self, items: Iterable[Any], *, seed: int) -> None:
        """Load the CNN's weights; nothing without `model` and `weights`, or without a CNN.

        Raises:
            VBGError: the weights do not fit the architecture.
        """
        file = weights_file(self.config.model, self.config.weights)
        if file is not None and self.cnn is not None:
            result = self.backbone.weights(file)
            self.cnn.net.load_state_dict({name: result[name] for name in self.cnn.net.state_dict()})

    def train(self, mode: bool = True) -> CnnTransformerEncoder:
        """Switch dropout and batch statistics on or off; a frozen CNN keeps them off."""
        super().train(mode)
        if self.cnn is not None and self.config.frozen:
            self.cnn.eval()
        return self

    def processor(self, train: bool) -> Processor:
        """RGB pictures -> {"pixels": (B, 3, S, S)}."""
        about = self.backbone
        return ImageProcessor(about.image_size, about.mean, about.std, light=train and self.config.augment == "light")

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"pixels": (B, 3, S, S)} -> tokens (B, N, D), all of them real."""
        results = [part for part in self._parts(inputs["pixels"]) if part is not None]
        means = [part.mean(dim=1) for part in results]
        tokens, pooled = (self.join(*each) if self.join else each[0] for each in (results, means))
        mask = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
        return Features(self.norm(tokens), mask, self.dropout(self.norm(pooled)))

    def _parts(self, pixels: Tensor) -> tuple[Tensor | None, Tensor | None]:
        """Local and global features of every place, (B, N, dim) each."""
        map_ = self.cnn(pixels) if self.cnn else None  # (B, C, H, W)
        near = self.near(map_.flatten(2).transpose(1, 2)) if self.near and map_ is not None else None
        seen = pixels if map_ is None or self.config.branch == "parallel" else map_
        return near, self.far(seen) if self.far else None

    def _context(self) -> Context:
        """The Transformer, for the CNN's map or for as many patches of the picture."""
        config, size = self.config, self.backbone.image_size
        series = self.cnn is not None and config.branch == "series"
        side = self._side() if self.cnn else max(1, size // 2 ** (config.stage + 1))
        patch = 1 if series else size // side
        if not series and patch * side != size:
            what = f"cannot be divided into {side} x {side} patches, got {size}"
            raise VBGError("image_size", what, f"Take a multiple of {side}.")
        return Context(
            self.cnn.dim if self.cnn and series else 3,
            patch,
            side**2,
            dim=config.dim,
            layers=config.layers,
            heads=config.heads,
            mlp_dim=config.mlp_dim or 4 * config.dim,
            dropout=config.dropout,
        )

    def _side(self) -> int:
        """Height and width of the CNN's map."""
        assert self.cnn is not None
        size = self.backbone.image_size
        with torch.no_grad():
            return self.cnn.eval()(torch.zeros(1, 3, size, size)).shape[-1]
