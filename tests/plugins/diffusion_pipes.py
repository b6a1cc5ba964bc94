"""Whole pipelines of real architectures with a few random weights each."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderKLFlux2,
    DDPMScheduler,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Transformer2DModel,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from PIL import Image
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    Qwen3Config,
    Qwen3ForCausalLM,
)
from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.tiny_networks import new_tokenizer

from vbg_framework.base.seeds import isolated, seed_everything
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen
from vbg_framework.testing import collection

CAPTIONS = ["museum photograph of a vase, glaze blue", "a bowl"]
SIDE = 16
DOWN = ("DownEncoderBlock2D",) * 2
UP = ("UpDecoderBlock2D",) * 2


def _autoencoder() -> AutoencoderKL:
    return AutoencoderKL(
        down_block_types=DOWN, up_block_types=UP, block_out_channels=(8, 8), layers_per_block=1, latent_channels=4,
        norm_num_groups=4, sample_size=SIDE,
    )  # fmt: skip


def _words(tokenizer, **more: Any) -> CLIPTextConfig:
    return CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=tokenizer.model_max_length, eos_token_id=tokenizer.eos_token_id, **more,
    )  # fmt: skip


def _unet(**more: Any) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=SIDE // 2, block_out_channels=(16, 16), layers_per_block=1, norm_num_groups=8,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        **({"in_channels": 4, "out_channels": 4, "attention_head_dim": 2, "cross_attention_dim": 16} | more),
    )  # fmt: skip


def stable(prediction: str = "epsilon", **unet: Any) -> StableDiffusionPipeline:
    """Stable Diffusion 1.x or, of "v_prediction", 2.x."""
    tokenizer = new_tokenizer(CAPTIONS)
    with isolated():
        seed_everything(0)
        return StableDiffusionPipeline(
            vae=_autoencoder(), text_encoder=CLIPTextModel(_words(tokenizer)), tokenizer=tokenizer, unet=_unet(**unet),
            scheduler=DDPMScheduler(prediction_type=prediction, clip_sample=False, steps_offset=1),
            safety_checker=None, feature_extractor=None, requires_safety_checker=False,
        )  # fmt: skip


def large() -> StableDiffusionXLPipeline:
    """Stable Diffusion XL."""
    tokenizer = new_tokenizer(CAPTIONS)
    more = {"addition_embed_type": "text_time", "addition_time_embed_dim": 8, "cross_attention_dim": 32}
    with isolated():
        seed_everything(0)
        return StableDiffusionXLPipeline(
            vae=_autoencoder(), text_encoder=CLIPTextModel(_words(tokenizer)), tokenizer=tokenizer,
            text_encoder_2=CLIPTextModelWithProjection(_words(tokenizer, projection_dim=16)), tokenizer_2=tokenizer,
            unet=_unet(projection_class_embeddings_input_dim=6 * 8 + 16, **more),
            scheduler=DDPMScheduler(clip_sample=False, steps_offset=1),
        )  # fmt: skip


def flux() -> Flux2KleinPipeline:
    """FLUX.2-klein. It reads the ninth, eighteenth and twenty-seventh layer of its text encoder."""
    tokenizer = new_tokenizer(CAPTIONS)
    tokenizer.chat_template = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    words = Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=8, intermediate_size=8, num_hidden_layers=28, num_attention_heads=1,
        num_key_value_heads=1, head_dim=8,
    )  # fmt: skip
    with isolated():
        seed_everything(0)
        return Flux2KleinPipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(), text_encoder=Qwen3ForCausalLM(words), tokenizer=tokenizer,
            vae=AutoencoderKLFlux2(
                down_block_types=DOWN, up_block_types=UP, block_out_channels=(8, 8), layers_per_block=1,
                latent_channels=4, norm_num_groups=4, sample_size=SIDE,
            ),
            transformer=Flux2Transformer2DModel(
                in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=1,
                joint_attention_dim=24, axes_dims_rope=(4, 4, 4, 4), guidance_embeds=False,
            ),
        )  # fmt: skip


def config(**options: Any) -> DiffusionLoraConfig:
    """Options of a very small augmenter."""
    tiny = {"picture_steps": 2, "steps": 2, "channels": [16, 16], "batch_size": 4}
    small = {"base": "tiny", "resolution": SIDE, "steps": 3, "batch_size": 4, "tiny": tiny, "sampling": {"steps": 2}}
    return DiffusionLoraConfig(**small | options)


def vessels(labels: Mapping[str, list[str]], classes: Mapping[str, tuple[str, ...]], **inputs: Any) -> TrainView:
    """Records with these labels, task -> one label per record, and a picture of a vase each; the first task decides.

    `inputs` are added to what each record has; `image=None` takes its picture away.
    """
    count = len(next(iter(labels.values())))
    draw = np.random.default_rng(0)
    made = [
        Record(
            id=f"r{i}",
            inputs={name: item for name, item in ({"image": picture(draw)} | inputs).items() if item is not None},
            targets={task: values[i] for task, values in labels.items() if values[i]},
        )
        for i in range(count)
    ]
    tasks = [Task(name, classes=classes[name]) for name in labels]
    return TrainView(made, tasks=tasks, task=next(iter(labels)))


def picture(draw: np.random.Generator) -> Image.Image:
    """A blue vase at a random place."""
    return collection.picture("vase", "blue", draw)


def fitted(kind, options: DiffusionLoraConfig, train: TrainView, folder):
    """An augmenter of these options after `fit`."""
    augmenter = kind(options)
    folder.mkdir(exist_ok=True)
    with isolated():
        augmenter.fit(train, accelerator=new_accelerator("fp32", 0), seed=1, folder=folder, screen=Screen())
    return augmenter


def numbers(*shape: int, seed: int = 0) -> torch.Tensor:
    """Normal random numbers."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
