"""SqueezeNet 1.1 (Iandola et al. 2016, arXiv 1602.07360) behind the `Encoder` interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torchvision.models import SqueezeNet1_1_Weights, squeezenet1_1

from vbg_framework import Encoder, Features, Processor, VBGError
from vbg_framework.toolkit import ImageProcessor, assign, load_state, weights_path
from vbg_squeezenet import SqueezenetConfig

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of torchvision's weights
PREFIX = "features."


class SqueezenetEncoder(Encoder):
    """Hands the places of the last map to the fusion, 13 x 13 at 224 pixels; `pooled` is their mean.

    torchvision's classifier, a convolution to the 1,000 classes of ImageNet, is left out.
    """

    modality = "image"
    dim = 512

    def __init__(self, config: SqueezenetConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.features = squeezenet1_1().features
        self.requires_grad_(not config.frozen).train()

    def pretrain(self, items: Iterable[Any], *, seed: int) -> None:
        """Load the pre-trained weights; nothing without `model` and `weights`.

        Raises:
            VBGError: they cannot be found or fetched, or are those of another network.
        """
        if self.config.model is None and self.config.weights is None:
            return
        where, state = _fetched() if self.config.model else _read(self.config.weights)
        own = {name.removeprefix(PREFIX): tensor for name, tensor in state.items() if name.startswith(PREFIX)}
        assign(self.features, own, where)

    def train(self, mode: bool = True) -> SqueezenetEncoder:
        """Switch training on or off; a frozen encoder stays as it is."""
        return super().train(mode and not self.config.frozen)

    def processor(self, train: bool) -> Processor:
        """RGB pictures -> {"pixels": (B, 3, S, S)}."""
        return ImageProcessor(self.config.image_size, MEAN, STD, light=train and self.config.augment == "light")

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"pixels": (B, 3, S, S)} -> tokens (B, N, 512), all of them real."""
        tokens = self.features(inputs["pixels"]).flatten(2).transpose(1, 2)  # (B, N, D)
        mask = torch.ones(tokens.shape[:2], dtype=torch.bool, device=tokens.device)
        return Features(tokens, mask, tokens.mean(dim=1))


def _read(weights: str) -> tuple[str, Mapping[str, Tensor]]:
    path = weights_path(None, weights)
    file = path / "model.safetensors" if path.is_dir() else path
    return str(file), load_state(file)


def _fetched() -> tuple[str, Mapping[str, Tensor]]:
    """torchvision's weights; the file is a pickle, of which only tensors are read."""
    source = SqueezeNet1_1_Weights.IMAGENET1K_V1
    try:
        return source.url, source.get_state_dict(progress=False, check_hash=True, weights_only=True)
    except Exception as error:  # whatever the network and the file raise
        fix = "Check the network, or give a .safetensors file of the same weights as `weights:`."
        raise VBGError("model imagenet", f"cannot fetch {source.url} ({error})", fix) from error
