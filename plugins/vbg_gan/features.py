"""Frozen feature networks: what the style-constraint loss and the KID look at."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vbg_framework import VBGError
from vbg_framework.paths import locate
from vbg_framework.toolkit import assign, isolated, load_state, quiet
from vbg_gan import FeatureConfig

STAGES = 5
CHANNELS = (8, 16, 32, 64, 64)  # of the random network
SEED = 0  # of its weights, the same in every run


class FeatureNetwork(nn.Module):
    """Five stages of feature maps, or fewer if it has fewer; its weights are frozen, gradients reach the pictures.

    Args:
        mean, std: normalisation of red, green and blue that the network wants, for values in 0..1.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, mean: tuple[float, ...] = (0.5,) * 3, std: tuple[float, ...] = (0.5,) * 3) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(3, 1, 1), persistent=False)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """(B, 3, S, S) in -1..1 -> up to five feature maps (B, C, H, W), each smaller than the one before."""
        return self.stages(((pictures + 1) / 2 - self.mean) / self.std)

    def stages(self, pixels: Tensor) -> list[Tensor]:
        """The feature maps of normalised pixels."""
        raise NotImplementedError

    def train(self, mode: bool = True) -> FeatureNetwork:
        """Stay in evaluation mode."""
        return super().train(False)


def feature_network(config: FeatureConfig, where: str = "style") -> FeatureNetwork:
    """Build the network that the options name.

    Args:
        config: the options.
        where: their place in the options of the GAN.

    Raises:
        VBGError: its weights cannot be found or read, do not fit, or are of a network without convolution stages.
    """
    kinds = {"random": RandomNetwork, "timm": TimmNetwork, "transformers": TransformersNetwork}
    return kinds[config.network](config, where).eval().requires_grad_(False)


class RandomNetwork(FeatureNetwork):
    """Five convolutions with random weights, average pooling between them.

    Gram matrices of random filters are known to hold much of what makes a texture (Ustyuzhaninov et al. 2016), so this
    needs no trained weights.
    """

    def __init__(self, config: FeatureConfig, where: str) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(SEED)
        layers = [nn.Conv2d(*sizes, 3, padding=1, bias=False) for sizes in pairwise((3, *CHANNELS))]
        for layer in layers:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=generator)
        self.convolutions = nn.ModuleList(layers)

    def stages(self, pixels: Tensor) -> list[Tensor]:
        """Maps of the full side, a half, ... a sixteenth."""
        maps: list[Tensor] = []
        for convolution in self.convolutions:
            maps.append(F.relu(convolution(F.avg_pool2d(maps[-1], 2) if maps else pixels)))
        return maps


class TimmNetwork(FeatureNetwork):
    """A convolution network of timm with weights from a file."""

    def __init__(self, config: FeatureConfig, where: str) -> None:
        import timm  # takes seconds to import

        try:
            with isolated():
                net: Any = timm.create_model(config.model or "", pretrained=False, num_classes=0)
            about = net.pretrained_cfg
            super().__init__(about["mean"], about["std"])
            self.net = net
            self.eval().stages(torch.zeros(1, 3, 64, 64))
        except (RuntimeError, AttributeError, KeyError, AssertionError) as error:
            what = f"timm has no network of convolution stages by this name ({error})"
            raise VBGError(f"{where}.model {config.model}", what, "Use one such as vgg16 or resnet18.") from error
        file = locate(config.weights or "", variable="VBG_WEIGHTS")
        head = f"{about['classifier']}."
        assign(net, {name: tensor for name, tensor in load_state(file).items() if not name.startswith(head)}, str(file))

    def stages(self, pixels: Tensor) -> list[Tensor]:
        """The last five stages."""
        return self.net.forward_intermediates(pixels, intermediates_only=True)[-STAGES:]


class TransformersNetwork(FeatureNetwork):
    """A convolution network of transformers from a local folder, such as MobileNetV2 or ResNet."""

    def __init__(self, config: FeatureConfig, where: str) -> None:
        from transformers import AutoModel  # takes seconds to import

        folder = locate(config.weights or "", variable="VBG_WEIGHTS")
        mean, std = _normalisation(folder / "preprocessor_config.json")
        super().__init__(mean, std)
        try:
            with isolated(), quiet():
                self.net = AutoModel.from_pretrained(str(folder), local_files_only=True, use_safetensors=True)
            self.stages(torch.zeros(1, 3, 64, 64))
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, IndexError) as error:
            what = f"no convolution network of transformers lies there ({str(error).splitlines()[0]})"
            raise VBGError(
                f"{where}.weights {folder}", what, "Give a folder with config.json and model.safetensors."
            ) from error

    def stages(self, pixels: Tensor) -> list[Tensor]:
        """The last map of each of the five largest sizes."""
        maps = self.net(pixels, output_hidden_states=True).hidden_states
        return list({map.shape[-2:]: map for map in maps}.values())[:STAGES]


def _normalisation(file: Path) -> tuple[tuple[float, ...], tuple[float, ...]]:
    found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return tuple(found.get("image_mean") or (0.5,) * 3), tuple(found.get("image_std") or (0.5,) * 3)
