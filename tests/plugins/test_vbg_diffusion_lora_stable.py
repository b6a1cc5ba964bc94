"""One training step against the loop of diffusers' own training script, written out with peft."""

import pytest
import torch
import torch.nn.functional as F
from diffusers import DDPMScheduler
from diffusers.training_utils import compute_snr
from diffusion_pipes import CAPTIONS, SIDE, config, large, numbers, stable
from peft import LoraConfig, get_peft_model
from vbg_diffusion_lora.adapters import add_adapter
from vbg_diffusion_lora.family import normal
from vbg_diffusion_lora.stable import Stable

from vbg_framework.base.errors import VBGError

SEED = 7


def ours(pipe, options):
    """Loss, and adapter name -> gradient, of one step of ours; the second factors begin at random, not at 0."""
    family = Stable(pipe, options)
    add_adapter(family, options.adapter, "domain")
    named = {name: p for name, p in family.denoiser.named_parameters() if p.requires_grad}
    with torch.no_grad():
        for place, parameter in enumerate(named.values()):
            parameter.copy_(0.1 * numbers(*parameter.shape, seed=place))
    kept = family.encode_pictures(numbers(2, 3, SIDE, SIDE).clamp(-1, 1))
    draws = torch.Generator().manual_seed(SEED)
    loss = family.loss(family.denoiser, family.latents(kept, draws), family.encode_captions(CAPTIONS), draws)
    loss.backward()
    return loss.item(), {name.replace(".domain", ""): p.grad for name, p in named.items()}


def reference(pipe, options):
    """The same in the way of diffusers' train_text_to_image_lora.py."""
    names = options.adapter.layers
    unet = get_peft_model(pipe.unet.requires_grad_(False), LoraConfig(r=16, lora_alpha=16, target_modules=names))
    named = {name: p for name, p in unet.named_parameters() if p.requires_grad}
    with torch.no_grad():
        for place, parameter in enumerate(named.values()):
            parameter.copy_(0.1 * numbers(*parameter.shape, seed=place))
        draws = torch.Generator().manual_seed(SEED)
        pixels = numbers(2, 3, SIDE, SIDE).clamp(-1, 1)
        latents = pipe.vae.encode(pixels).latent_dist.sample(draws) * pipe.vae.config.scaling_factor
        noise = torch.randn(latents.shape, generator=draws)
    scheduler = DDPMScheduler.from_config(pipe.scheduler.config)
    timesteps = torch.randint(0, scheduler.config.num_train_timesteps, (2,), generator=draws)
    noisy = scheduler.add_noise(latents, noise, timesteps)
    said = unet(noisy, timesteps, *prompts(pipe), return_dict=False)[0] if not hasattr(pipe, "text_encoder_2") else (
        with_size(pipe, unet, noisy, timesteps)
    )  # fmt: skip
    velocity = scheduler.config.prediction_type == "v_prediction"
    target = scheduler.get_velocity(latents, noise, timesteps) if velocity else noise
    if options.snr_gamma is None:
        loss = F.mse_loss(said, target)
    else:
        snr = compute_snr(scheduler, timesteps)
        weights = torch.stack([snr, options.snr_gamma * torch.ones_like(timesteps)], dim=1).min(dim=1)[0]
        weights = weights / (snr + 1) if velocity else weights / snr
        loss = F.mse_loss(said, target, reduction="none").mean(dim=[1, 2, 3]) * weights
        loss = loss.mean()
    loss.backward()
    prefix = "base_model.model."
    return loss.item(), {name.removeprefix(prefix).replace(".default", ""): p.grad for name, p in named.items()}


@torch.no_grad()
def prompts(pipe):
    options = {"padding": "max_length", "truncation": True, "return_tensors": "pt"}
    return [pipe.text_encoder(pipe.tokenizer(CAPTIONS, **options).input_ids)[0]]


def with_size(pipe, unet, noisy, timesteps):
    """As train_text_to_image_lora_sdxl.py does it."""
    with torch.no_grad():
        options = {"padding": "max_length", "truncation": True, "return_tensors": "pt"}
        found = []
        for tokenizer, encoder in ((pipe.tokenizer, pipe.text_encoder), (pipe.tokenizer_2, pipe.text_encoder_2)):
            out = encoder(tokenizer(CAPTIONS, **options).input_ids, output_hidden_states=True)
            found.append(out.hidden_states[-2])
        pooled = out[0]
    times = torch.tensor([[SIDE, SIDE, 0, 0, SIDE, SIDE]]).expand(2, -1)
    more = {"text_embeds": pooled, "time_ids": times}
    return unet(noisy, timesteps, torch.cat(found, dim=-1), added_cond_kwargs=more, return_dict=False)[0]


@pytest.mark.parametrize(
    ("make", "gamma"),
    [(stable, 5.0), (stable, None), (lambda: stable("v_prediction"), 5.0), (large, 5.0)],
    ids=["sd1", "sd1-unweighted", "sd2", "sdxl"],
)
def test_loss_and_gradients_are_those_of_a_step_by_hand(make, gamma):
    options = config(snr_gamma=gamma)
    (loss, gradients), (wanted, others) = ours(make(), options), reference(make(), options)
    assert loss == pytest.approx(wanted, abs=1e-5)
    assert gradients.keys() == others.keys()
    assert (
        len(gradients) == 2 * 4 * 4 * 2
    )  # factors x layers x (two attentions, on the way down, in the middle, up twice)
    assert all(gradient.abs().max() > 0 for gradient in others.values())
    for name, gradient in gradients.items():
        assert torch.allclose(gradient, others[name], atol=1e-5), name


def test_latents_are_drawn_from_the_autoencoders_distribution():
    family = Stable(stable(), config())
    kept = torch.cat([numbers(1, 4, 8, 8), torch.full((1, 4, 8, 8), -2.0)], dim=1)
    found = family.latents(kept, torch.Generator().manual_seed(3)) / family.pipe.vae.config.scaling_factor
    noise = normal((1, 4, 8, 8), torch.Generator().manual_seed(3), kept)
    assert torch.allclose(found, kept[:, :4] + torch.exp(torch.tensor(-1.0)) * noise, atol=1e-6)


def test_a_base_for_inpainting_is_refused():
    with pytest.raises(VBGError, match="must read the 4 channels that its autoencoder makes, got 9"):
        Stable(stable(in_channels=9), config()).check()


def test_a_base_that_predicts_pictures_is_refused():
    with pytest.raises(VBGError, match="learns to predict noise or velocity, got 'sample'"):
        Stable(stable("sample"), config()).check()


def test_a_layer_that_the_base_does_not_have_is_named():
    options = config(adapter={"layers": ["to_q", "to_kk"]})
    with pytest.raises(VBGError, match="diffusion_lora.adapter.layers: the base has no such layer, got 'to_kk'"):
        Stable(stable(), options).check()


def test_the_weakest_repainting_still_takes_a_step():
    family = Stable(stable(), config())
    pictures = family.paint(["a vase"], [torch.Generator().manual_seed(0)]).pictures
    made = family.repaint(pictures, ["a vase"], 0.01, [torch.Generator().manual_seed(0)])
    assert made.pictures[0].size == (SIDE, SIDE)
    assert made.blacked == [False]
