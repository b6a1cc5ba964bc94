"""Learning the base `tiny`: a complete text-to-image pipeline from some hundred pictures, without any hub."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from accelerate import Accelerator
from torch import Tensor, nn

from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.captions import Captions
from vbg_diffusion_lora.course import Course, rise_and_fall
from vbg_diffusion_lora.lessons import Lessons
from vbg_diffusion_lora.shots import Shot, as_pixels, frequent, squares
from vbg_diffusion_lora.silence import silent
from vbg_diffusion_lora.stable import Stable
from vbg_diffusion_lora.tiny_networks import as_pipeline, new_autoencoder, new_denoiser, new_text_encoder, new_tokenizer
from vbg_framework import TrainView
from vbg_framework.screen import Screen
from vbg_framework.toolkit import derive, isolated, seed_everything, written

CROP, PICTURES = 32, 16  # px and pictures per step of the autoencoder: parts are as good as wholes, and faster
PICTURE_RATE, DIVERGENCE = 4e-3, 1e-3
DECAY = 0.995  # of the moving average of the weights
DRAFT, BASE = "tiny", "base"


@dataclass
class TinyBase:
    """What learning it needs.

    Args:
        config: the options.
        train: the training records.
        shots: those with a picture; all give words to the vocabulary, the frequent ones are learnt from.
        captions: what they are called.
        accelerator: device, precision and processes.
        seed: seed of every draw.
        folder: for checkpoints and the result.
        screen: where progress is shown.
    """

    config: DiffusionLoraConfig
    train: TrainView
    shots: Sequence[Shot]
    captions: Captions
    accelerator: Accelerator
    seed: int
    folder: Path
    screen: Screen

    def learn(self) -> Path:
        """Go on from wherever a killed call stopped; return the folder of the finished pipeline."""
        done = self.folder / BASE
        if not done.exists():
            pipe = self._learnt(self._networks())
            pipe.tokenizer.backend_tokenizer.no_padding()  # set by its use, if a step was left to train
            pipe.tokenizer.backend_tokenizer.no_truncation()
            if self.accelerator.is_main_process:
                with written(done) as partial_folder, silent():
                    pipe.to("cpu").save_pretrained(partial_folder, safe_serialization=True)
                shutil.rmtree(self.folder / DRAFT, ignore_errors=True)
            self.accelerator.wait_for_everyone()
        return done

    def _networks(self) -> Any:
        lessons = Lessons(self.captions, self.shots, self.config, derive(self.seed, "captions"))
        tokenizer = new_tokenizer(lessons.texts)
        with isolated():
            seed_everything(derive(self.seed, "weights"))
            side = self.config.resolution
            parts = new_autoencoder(side), new_text_encoder(tokenizer), tokenizer
            pipe: Any = as_pipeline(*parts, new_denoiser(side, self.config.tiny.channels))
        return pipe.to(self.accelerator.device)

    def _learnt(self, pipe: Any) -> Any:
        shots = frequent(self.shots)
        pixels = as_pixels(list(squares(self.train, shots, self.config.resolution)))
        self._see(pipe.vae, pixels)
        kept = self._kept(pipe.vae, pixels)
        mean, _ = kept.chunk(2, dim=1)
        pipe.vae.register_to_config(scaling_factor=1 / float(mean.std()))
        lessons = Lessons(self.captions, shots, self.config, derive(self.seed, "captions"))
        return self._describe(pipe, kept, lessons)

    def _see(self, vae: Any, pixels: Tensor) -> None:
        """Train the autoencoder on parts of the pictures."""
        steps = self.config.tiny.picture_steps
        net = self.accelerator.prepare_model(_Autoencoder(vae))

        def loss(step: int, generator: torch.Generator) -> Tensor:
            return net(_parts(pixels, generator).to(self.accelerator.device), generator)

        self._course("Training the small autoencoder", steps, vae, PICTURE_RATE, loss)
        self.accelerator.unwrap_model(net, keep_fp32_wrapper=False)
        vae.requires_grad_(False).eval()

    @torch.no_grad()
    def _kept(self, vae: Any, pixels: Tensor) -> Tensor:
        return torch.cat([vae.encode(part.to(vae.device)).latent_dist.parameters for part in pixels.split(64)])

    def _describe(self, pipe: Any, kept: Tensor, lessons: Lessons) -> Any:
        """Train denoiser and text encoder together; return the pipeline with the average of their weights."""
        family, options = Stable(pipe, self.config), self.config.tiny
        both = nn.ModuleDict({"denoiser": pipe.unet, "words": pipe.text_encoder})
        average = copy.deepcopy(both).requires_grad_(False)
        net, words = (self.accelerator.prepare_model(part) for part in both.values())
        tokens = partial(pipe.tokenizer, padding="max_length", truncation=True, return_tensors="pt")

        def loss(step: int, generator: torch.Generator) -> Tensor:
            batch = lessons.draw(options.batch_size, self.accelerator, generator)
            ids = tokens([lessons.texts[text] for text in batch.texts]).input_ids.to(kept.device)
            condition = {"tokens": words(ids).last_hidden_state}
            return family.loss(net, family.latents(kept[batch.pictures], generator), condition, generator)

        def follow(step: int) -> None:
            decay = min(DECAY, (1 + step) / (10 + step))
            for slow, fast in zip(average.parameters(), both.parameters(), strict=True):
                slow.lerp_(fast.detach(), 1 - decay)

        learning = nn.ModuleDict({"both": both, "average": average})
        self._course("Training the small diffusion model", options.steps, learning, options.learning_rate, loss, follow)
        for wrapped in (net, words):
            self.accelerator.unwrap_model(wrapped, keep_fp32_wrapper=False)
        both.load_state_dict(average.state_dict())
        return pipe

    def _course(
        self, name: str, steps: int, module: nn.Module, rate: float, loss: Any, after: Any = lambda step: None
    ) -> None:
        place = name.split()[-1]
        Course(
            name=name, steps=steps, module=module, rates=lambda step: rise_and_fall(step, steps, rate), loss=loss,
            accelerator=self.accelerator, seed=derive(self.seed, place), folder=self.folder / DRAFT / place,
            checkpoint_seconds=self.config.checkpoint_seconds, screen=self.screen, after=after,
        ).run()  # fmt: skip


class _Autoencoder(nn.Module):
    """An autoencoder with its loss: absolute error, and a little of the Kullback-Leibler divergence."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, pixels: Tensor, generator: torch.Generator) -> Tensor:
        """(B, 3, S, S) -> scalar."""
        result = self.vae.encode(pixels).latent_dist
        noise = torch.randn(result.mean.shape, generator=generator).to(result.mean)
        seen = self.vae.decode(result.mean + result.std * noise).sample
        divergence = result.kl().mean() / result.mean[0].numel()
        return F.l1_loss(seen.float(), pixels) + DIVERGENCE * divergence


def _parts(pixels: Tensor, generator: torch.Generator) -> Tensor:
    """A part of each of some pictures, all at the same place."""
    chosen = torch.randint(0, len(pixels), (PICTURES,), generator=generator)
    crop = min(CROP, pixels.shape[-1])
    top, left = torch.randint(0, pixels.shape[-1] - crop + 1, (2,), generator=generator).tolist()
    return pixels[chosen, :, top : top + crop, left : left + crop]
