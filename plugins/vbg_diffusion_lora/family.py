"""What the training and sampling code knows of a base model, whatever its architecture. B pictures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from PIL import Image
from torch import Tensor, nn

from vbg_diffusion_lora import WORDS, DiffusionLoraConfig
from vbg_framework import VBGError

Condition = Mapping[str, Tensor]  # name -> (B, ...): what the denoiser is told about the captions


class Painted(NamedTuple):
    """New pictures, and which of them the base's safety checker painted black."""

    pictures: list[Image.Image]
    blacked: list[bool]


class Family(ABC):
    """A latent diffusion pipeline of one architecture.

    Args:
        pipe: a diffusers pipeline.
        config: the options.
    """

    def __init__(self, pipe: Any, config: DiffusionLoraConfig) -> None:
        self.pipe, self.config = pipe, config
        pipe.set_progress_bar_config(disable=True)

    @property
    @abstractmethod
    def denoiser(self) -> Any:
        """The network that adapters are added to."""

    @property
    @abstractmethod
    def layers_key(self) -> str:
        """What diffusers calls the denoiser in `save_lora_weights`."""

    @property
    def learns_words(self) -> bool:
        """Whether it has one text encoder that new words can be learnt for. Default: no."""
        return False

    @abstractmethod
    def encode_pictures(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) in -1..1, to what is kept of them: (B, C, h, w)."""

    @abstractmethod
    def latents(self, kept: Tensor, generator: torch.Generator) -> Tensor:
        """Latents of kept pictures, at the scale the denoiser is used to."""

    @abstractmethod
    def encode_captions(self, captions: Sequence[str]) -> dict[str, Tensor]:
        """Captions, to what the denoiser is told: name -> (B, ...)."""

    @abstractmethod
    def loss(self, net: nn.Module, latents: Tensor, condition: Condition, generator: torch.Generator) -> Tensor:
        """The scalar loss of one step.

        Args:
            net: the denoiser, wrapped as training needs it.
            latents: (B, C, h, w).
            condition: of their captions.
            generator: draws noise and time, on the CPU.
        """

    @abstractmethod
    def paint(self, captions: Sequence[str], generators: list[torch.Generator]) -> Painted:
        """New pictures from noise, one generator each."""

    @abstractmethod
    def repaint(
        self, pictures: list[Image.Image], captions: Sequence[str], strength: float, generators: list[torch.Generator]
    ) -> Painted:
        """New pictures from existing ones of `resolution` x `resolution` pixels."""

    def check(self) -> None:
        """See whether the options fit this architecture.

        Raises:
            VBGError: they do not.
        """
        if self.config.adapter.type == WORDS:
            return self._check_words()
        names = [name for name, _ in self.denoiser.named_modules()]
        for layer in self.config.adapter.layers:
            if not any(name == layer or name.endswith(f".{layer}") for name in names):
                fix = "Name layers by the end of their names, such as to_q."
                raise VBGError("diffusion_lora.adapter.layers", f"the base has no such layer, got '{layer}'", fix)

    def _check_words(self) -> None:
        if not self.learns_words:
            what = f"only Stable Diffusion 1.x and 2.x can learn words, got {type(self.pipe).__name__}"
            raise VBGError("diffusion_lora.adapter.type", what, "Take another base, or adapter.type=lora.")

    @property
    def device(self) -> torch.device:
        """Where the denoiser lies."""
        return next(self.denoiser.parameters()).device

    def rest(self, device: torch.device | str) -> None:
        """Move everything but the denoiser, which is not needed while that is trained."""
        for part in self.pipe.components.values():
            if isinstance(part, nn.Module) and part is not self.denoiser:
                part.to(device)


def normal(shape: Sequence[int], generator: torch.Generator, like: Tensor) -> Tensor:
    """Normal random numbers that do not depend on the device."""
    return torch.randn(*shape, generator=generator).to(like.device, like.dtype)
