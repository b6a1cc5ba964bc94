"""One training step against diffusers' train_dreambooth_lora_flux2_klein.py, written out with peft."""

import pytest
import torch
from diffusion_pipes import CAPTIONS, SIDE, config, flux, numbers
from peft import LoraConfig, get_peft_model
from vbg_diffusion_lora.adapters import add_adapter
from vbg_diffusion_lora.flux import Flux

from vbg_framework.base.errors import VBGError

LAYERS = ["attn.to_q", "attn.to_k", "attn.to_v", "to_qkv_mlp_proj"]
OPTIONS = config(adapter={"layers": LAYERS}, sampling={"from_pictures": 0, "steps": 2})


def fill(named):
    with torch.no_grad():
        for place, parameter in enumerate(named.values()):
            parameter.copy_(0.1 * numbers(*parameter.shape, seed=place))


def test_loss_and_gradients_are_those_of_a_step_by_hand():
    pipe, pixels = flux(), numbers(2, 3, SIDE, SIDE)
    family = Flux(pipe, OPTIONS)
    family.check()
    add_adapter(family, OPTIONS.adapter, "domain")
    ours = {name: p for name, p in family.denoiser.named_parameters() if p.requires_grad}
    fill(ours)
    draws = torch.Generator().manual_seed(5)
    latents = family.latents(family.encode_pictures(pixels), draws)
    loss = family.loss(family.denoiser, latents, family.encode_captions(CAPTIONS), draws)
    loss.backward()

    pipe, draws = flux(), torch.Generator().manual_seed(5)
    net = get_peft_model(pipe.transformer.requires_grad_(False), LoraConfig(r=16, lora_alpha=16, target_modules=LAYERS))
    theirs = {name: p for name, p in net.named_parameters() if p.requires_grad}
    fill(theirs)
    with torch.no_grad():
        mean = pipe.vae.bn.running_mean.view(1, -1, 1, 1)
        std = torch.sqrt(pipe.vae.bn.running_var.view(1, -1, 1, 1) + pipe.vae.config.batch_norm_eps)
        model_input = (pipe._patchify_latents(pipe.vae.encode(pixels).latent_dist.mode()) - mean) / std
        prompt_embeds, text_ids = pipe.encode_prompt(CAPTIONS)
    noise = torch.randn(model_input.shape, generator=draws)
    sigmas = torch.randn(2, generator=draws).sigmoid().view(2, 1, 1, 1)
    noisy = (1.0 - sigmas) * model_input + sigmas * noise
    ids = pipe._prepare_latent_ids(model_input)
    said = net(
        hidden_states=pipe._pack_latents(noisy), timestep=sigmas.view(2), guidance=None,
        encoder_hidden_states=prompt_embeds, txt_ids=text_ids, img_ids=ids, return_dict=False,
    )[0]  # fmt: skip
    side = model_input.shape[-1]
    wanted = (pipe._unpack_latents_with_ids(said, ids, side, side) - (noise - model_input)).pow(2).mean()
    wanted.backward()
    assert loss.item() == pytest.approx(wanted.item(), abs=1e-5)
    gradients = {
        name.removeprefix("base_model.model.").replace("default", "domain"): p.grad for name, p in theirs.items()
    }
    assert gradients.keys() == ours.keys()
    for name, parameter in ours.items():
        assert torch.allclose(parameter.grad, gradients[name], atol=1e-5), name


def test_it_paints_from_noise_alone():
    family = Flux(flux(), OPTIONS)
    made = family.paint(["a vase"], [torch.Generator().manual_seed(0)])
    assert [picture.size for picture in made.pictures] == [(SIDE, SIDE)]


@pytest.mark.parametrize(
    ("sampling", "message"),
    [
        (
            {"from_pictures": 0.5},
            "diffusion_lora.sampling.from_pictures: this base cannot begin with a picture, got 0.5",
        ),
        ({"from_pictures": 0, "negative": "text"}, "takes no negative prompt, got 'text'. Leave it out"),
    ],
)
def test_what_it_cannot_do_is_said_before_anything_is_learnt(sampling, message):
    with pytest.raises(VBGError, match=message):
        Flux(flux(), config(adapter={"layers": LAYERS}, sampling=sampling)).check()
