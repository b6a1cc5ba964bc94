"""Stable Diffusion 1.x, 2.x and XL: a U-Net that predicts noise or velocity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import AutoPipelineForImage2Image, DDPMScheduler, DPMSolverMultistepScheduler
from diffusers.models.autoencoders.vae import DiagonalGaussianDistribution
from diffusers.training_utils import compute_snr
from PIL import Image
from torch import Tensor, nn

from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.family import Condition, Family, Painted, normal
from vbg_framework import VBGError


class Stable(Family):
    """Rombach et al. 2022 (https://arxiv.org/abs/2112.10752), and Podell et al. 2023 (XL)."""

    layers_key = "unet_lora_layers"

    def __init__(self, pipe: Any, config: DiffusionLoraConfig) -> None:
        super().__init__(pipe, config)
        self.noise = DDPMScheduler.from_config(pipe.scheduler.config)
        pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config)
        self.second = AutoPipelineForImage2Image.from_pipe(pipe)
        self.second.set_progress_bar_config(disable=True)
        self.large = hasattr(pipe, "text_encoder_2")

    @property
    def denoiser(self) -> Any:
        """The U-Net."""
        return self.pipe.unet

    @property
    def learns_words(self) -> bool:
        """Unless it is XL, which has two text encoders."""
        return not self.large

    def check(self) -> None:
        """See whether the options fit; an inpainting model does not."""
        super().check()
        result, wanted = self.denoiser.config.in_channels, self.pipe.vae.config.latent_channels
        if result != wanted:
            what = f"its denoiser must read the {wanted} channels that its autoencoder makes, got {result}"
            raise VBGError(f"base {self.config.base}", what, "Take one made for text-to-image, not for inpainting.")
        if self.noise.config.prediction_type not in ("epsilon", "v_prediction"):
            what = f"learns to predict noise or velocity, got {self.noise.config.prediction_type!r}"
            raise VBGError(f"base {self.config.base}", what, "Take another base.")

    @torch.no_grad()
    def encode_pictures(self, pixels: Tensor) -> Tensor:
        """(B, 3, S, S) -> mean and logarithm of the variance: (B, 2 C, h, w)."""
        vae = self.pipe.vae
        return vae.encode(pixels.to(vae.device, vae.dtype)).latent_dist.parameters

    def latents(self, kept: Tensor, generator: torch.Generator) -> Tensor:
        """Drawn from the autoencoder's distribution."""
        result = DiagonalGaussianDistribution(kept.float())
        drawn = result.mean + result.std * normal(result.mean.shape, generator, result.mean)
        return drawn * self.pipe.vae.config.scaling_factor

    @torch.no_grad()
    def encode_captions(self, captions: Sequence[str]) -> dict[str, Tensor]:
        """Tokens (B, T, D); of XL also `pooled` (B, D)."""
        options: dict[str, Any] = {"num_images_per_prompt": 1, "do_classifier_free_guidance": False}
        device = self.pipe.text_encoder.device
        tokens, _, *pooled = self.pipe.encode_prompt(list(captions), device=device, **options)
        return {"tokens": tokens} | ({"pooled": pooled[0]} if pooled else {})

    def loss(self, net: nn.Module, latents: Tensor, condition: Condition, generator: torch.Generator) -> Tensor:
        """Mean squared error, weighted by min(SNR, gamma) (Hang et al. 2023, https://arxiv.org/abs/2303.09556)."""
        noise = normal(latents.shape, generator, latents)
        times = torch.randint(0, self.noise.config.num_train_timesteps, (len(latents),), generator=generator)
        times = times.to(latents.device)
        said = self._predict(net, self.noise.add_noise(latents, noise, times), times, condition)
        velocity = self.noise.config.prediction_type == "v_prediction"
        goal = self.noise.get_velocity(latents, noise, times) if velocity else noise
        errors = F.mse_loss(said.float(), goal.float(), reduction="none").mean(dim=(1, 2, 3))
        return (errors * self._weights(times, velocity)).mean()

    def paint(self, captions: Sequence[str], generators: list[torch.Generator]) -> Painted:
        """By the pipeline itself, with DPM-Solver++ (Lu et al. 2022)."""
        side = self.config.resolution
        return self._painted(self.pipe, captions, generators, height=side, width=side)

    def repaint(
        self, pictures: list[Image.Image], captions: Sequence[str], strength: float, generators: list[torch.Generator]
    ) -> Painted:
        """SDEdit (Meng et al. 2022): noise is added up to `strength`, and taken away again."""
        enough = max(strength, 1.001 / self.config.sampling.steps)  # at least one step
        return self._painted(self.second, captions, generators, image=pictures, strength=enough)

    def _predict(self, net: nn.Module, noisy: Tensor, times: Tensor, condition: Condition) -> Tensor:
        more: dict[str, Any] = {}
        if self.large:
            side = float(self.config.resolution)
            frame = torch.tensor([side, side, 0, 0, side, side], device=noisy.device).expand(len(noisy), -1)
            more = {"added_cond_kwargs": {"text_embeds": condition["pooled"], "time_ids": frame}}
        dtype = next(net.parameters()).dtype
        return net(noisy.to(dtype), times, condition["tokens"].to(dtype), **more).sample

    def _weights(self, times: Tensor, velocity: bool) -> Tensor:
        if self.config.snr_gamma is None:
            return torch.ones_like(times, dtype=torch.float32)
        snr = compute_snr(self.noise, times).float()
        return snr.clamp(max=self.config.snr_gamma) / (snr + 1 if velocity else snr)

    def _painted(self, pipe: Any, captions: Sequence[str], generators: list[torch.Generator], **more: Any) -> Painted:
        sampling = self.config.sampling
        made = pipe(
            prompt=list(captions), negative_prompt=[sampling.negative] * len(captions), generator=generators,
            num_inference_steps=sampling.steps, guidance_scale=sampling.guidance, **more,
        )  # fmt: skip
        flagged = getattr(made, "nsfw_content_detected", None) or [False] * len(captions)
        return Painted(made.images, list(flagged))
