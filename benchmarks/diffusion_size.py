"""Stable Diffusion 1.5 in its real size, with random weights: whether its path works, how fast, in how much memory.

    uv run python benchmarks/diffusion_size.py [--resolution 512] [--batch-size 1] [--steps 3] [--sampling-steps 2]
                                               [--precision fp32] [--checkpointing] [--threads 2]

Says nothing about pictures: the weights are random. Prints parameters, the shapes of latents and captions, and seconds
and peak memory (of the whole process, and of a GPU's tensors) of encoding, of training steps and of sampling steps.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image
from transformers import CLIPTextConfig, CLIPTextModel
from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.adapters import add_adapter, choose_adapter
from vbg_diffusion_lora.course import Course
from vbg_diffusion_lora.shots import as_pixels
from vbg_diffusion_lora.stable import Stable
from vbg_diffusion_lora.tiny_networks import new_tokenizer

from vbg_framework.base.cost import Cost, Meter
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen

CAPTION = "museum photograph of a vase, glaze celadon, plain background"


def pipeline() -> StableDiffusionPipeline:
    """The architecture, as the published configuration files have it."""
    tokenizer = new_tokenizer([CAPTION])
    tokenizer.model_max_length = 77
    words = CLIPTextConfig(
        vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12
    )
    autoencoder = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4, sample_size=512,
    )  # fmt: skip
    denoiser = UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8)
    noise = PNDMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True, steps_offset=1
    )
    return StableDiffusionPipeline(
        vae=autoencoder, text_encoder=CLIPTextModel(words), tokenizer=tokenizer, unet=denoiser, scheduler=noise,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip


def tell(what: str, cost: Cost, count: int) -> None:
    """Print one line."""
    device = "" if cost.device_memory is None else f", {cost.device_memory:,.0f} MiB of tensors on the GPU"
    each = f"{cost.seconds / count:.2f} s each"
    print(f"{what:<10} {each}; the process held at most {cost.memory or 0:,.0f} MiB{device}; {cost.device}", flush=True)


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resolution", type=int, default=512)
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--sampling-steps", type=int, default=2)
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--checkpointing", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    accelerator = new_accelerator(given.precision, 0)
    config = DiffusionLoraConfig(resolution=given.resolution, sampling={"steps": given.sampling_steps})
    pipe = pipeline().to(accelerator.device, torch.bfloat16 if given.precision == "bf16" else torch.float32)
    family = Stable(pipe, config)
    family.check()
    parts = {"denoiser": pipe.unet, "autoencoder": pipe.vae, "text encoder": pipe.text_encoder}
    sizes = {name: sum(p.numel() for p in part.parameters()) / 1e6 for name, part in parts.items()}
    print("parameters " + ", ".join(f"{name} {size:.0f} million" for name, size in sizes.items()))
    picture = Image.new("RGB", (given.resolution, given.resolution), "grey")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with Meter(folder / "encoding") as meter:
            kept = family.encode_pictures(as_pixels([picture] * given.batch_size))
            told = family.encode_captions([CAPTION] * given.batch_size)
        print(f"shapes     kept of pictures {tuple(kept.shape)}, captions {tuple(told['tokens'].shape)}")
        tell("encoding", meter.spent, given.batch_size)
        family.rest("cpu")
        if given.checkpointing:
            family.denoiser.enable_gradient_checkpointing()
        learnt = add_adapter(family, config.adapter, "domain")
        print(f"adapter    {sum(p.numel() for p in learnt) / 1e6:.2f} million parameters, {config.adapter.type}")
        family.denoiser.train()
        course = Course(
            name="Learning", steps=given.steps, module=learnt, rates=lambda step: 1e-4,
            loss=lambda step, draws: family.loss(family.denoiser, family.latents(kept, draws), told, draws),
            accelerator=accelerator, seed=0, folder=folder / "checkpoints", checkpoint_seconds=1e9, screen=Screen(),
        )  # fmt: skip
        with Meter(folder / "training") as meter:
            course.run()
        tell("training", meter.spent, given.steps)
        family.rest(accelerator.device)
        choose_adapter(family, "domain")
        family.denoiser.eval()
        with Meter(folder / "sampling") as meter:
            made = family.paint([CAPTION], [torch.Generator().manual_seed(0)])
        print(f"picture    {made.pictures[0].size}")
        tell("sampling", meter.spent, given.sampling_steps)


if __name__ == "__main__":
    main()
