"""FLUX.2-klein: a transformer that learns the flow from noise to pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from vbg_diffusion_lora.family import Condition, Family, Painted, normal
from vbg_framework import VBGError


class Flux(Family):
    """Rectified flow (Liu et al. 2022, https://arxiv.org/abs/2209.03003; Esser et al. 2024)."""

    layers_key = "transformer_lora_layers"

    @property
    def denoiser(self) -> Any:
        """The transformer."""
        return self.pipe.transformer

    def check(self) -> None:
        """See whether the options fit; there is no strength, because a picture is a condition to this base."""
        super().check()
        if self.config.sampling.from_pictures > 0:
            what = f"this base cannot begin with a picture, got {self.config.sampling.from_pictures:g}"
            raise VBGError("diffusion_lora.sampling.from_pictures", what, "Set it to 0.")
        if self.config.sampling.negative:
            what = f"this base takes no negative prompt, got {self.config.sampling.negative!r}"
            raise VBGError("diffusion_lora.sampling.negative", what, "Leave it out.")

    @torch.no_grad()
    def encode_pictures(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, 4 C, S / 16, S / 16)."""
        vae = self.pipe.vae
        result = vae.encode(pixels.to(vae.device, vae.dtype)).latent_dist.mode()
        patches = self.pipe._patchify_latents(result)
        spread = (vae.bn.running_var.view(1, -1, 1, 1) + vae.config.batch_norm_eps).sqrt()
        return (patches - vae.bn.running_mean.view(1, -1, 1, 1).to(patches)) / spread.to(patches)

    def latents(self, kept: Tensor, generator: torch.Generator) -> Tensor:
        """As they are kept."""
        return kept.float()

    @torch.no_grad()
    def encode_captions(self, captions: Sequence[str]) -> dict[str, Tensor]:
        """Tokens (B, T, D) and their places."""
        tokens, places = self.pipe.encode_prompt(list(captions), device=self.pipe.text_encoder.device)
        return {"tokens": tokens, "places": places}

    def loss(self, net: nn.Module, latents: Tensor, condition: Condition, generator: torch.Generator) -> Tensor:
        """Mean squared error of the velocity from picture to noise, at times drawn from a logit-normal."""
        noise = normal(latents.shape, generator, latents)
        share = torch.randn(len(latents), generator=generator).sigmoid().to(latents)  # of noise
        mixed = torch.lerp(latents, noise, share.view(-1, 1, 1, 1))
        dtype = next(net.parameters()).dtype
        said = net(
            hidden_states=self.pipe._pack_latents(mixed).to(dtype), timestep=share.to(dtype), guidance=None,
            encoder_hidden_states=condition["tokens"].to(dtype), txt_ids=condition["places"],
            img_ids=self.pipe._prepare_latent_ids(mixed).to(mixed.device), return_dict=False,
        )[0]  # fmt: skip
        return F.mse_loss(said.float(), self.pipe._pack_latents(noise - latents).float())

    def paint(self, captions: Sequence[str], generators: list[torch.Generator]) -> Painted:
        """By the pipeline itself."""
        sampling, side = self.config.sampling, self.config.resolution
        made = self.pipe(
            prompt=list(captions), generator=generators, height=side, width=side,
            num_inference_steps=sampling.steps, guidance_scale=sampling.guidance,
        )  # fmt: skip
        return Painted(made.images, [False] * len(captions))

    def repaint(
        self, pictures: list[Image.Image], captions: Sequence[str], strength: float, generators: list[torch.Generator]
    ) -> Painted:
        """Not possible; `check` says so before anything is made."""
        raise NotImplementedError("this base cannot begin with a picture")
