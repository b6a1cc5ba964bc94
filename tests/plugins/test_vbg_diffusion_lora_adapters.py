import json

import numpy as np
import pytest
import torch
from diffusers import DPMSolverMultistepScheduler, StableDiffusionPipeline
from diffusion_pipes import config, large, numbers, stable
from peft import PeftModel
from safetensors.torch import load_file
from vbg_diffusion_lora.adapters import add_adapter, choose_adapter, load_adapter, save_adapter
from vbg_diffusion_lora.stable import Stable


def adapted(options, make=stable, name="domain"):
    """A base with an adapter that changes something."""
    family = Stable(make(), options)
    for place, parameter in enumerate(add_adapter(family, options.adapter, name)):
        parameter.data += 0.3 * numbers(*parameter.shape, seed=place)
    choose_adapter(family, name)
    family.denoiser.eval()
    return family


def painted(family):
    made = family.paint(["a vase", "a bowl"], [torch.Generator().manual_seed(seed) for seed in (1, 2)])
    return np.stack([np.asarray(picture) for picture in made.pictures])


def test_plain_diffusers_loads_an_adapter_and_paints_the_same_picture(tmp_path):
    options = config()
    stable().save_pretrained(tmp_path / "base")
    family = adapted(options, lambda: StableDiffusionPipeline.from_pretrained(tmp_path / "base"))
    save_adapter(family, options.adapter, "domain", tmp_path / "adapter")
    assert [path.name for path in (tmp_path / "adapter").iterdir()] == ["pytorch_lora_weights.safetensors"]

    pipe = StableDiffusionPipeline.from_pretrained(tmp_path / "base")
    pipe.scheduler = DPMSolverMultistepScheduler.from_config(pipe.scheduler.config)
    call = {"prompt": ["a vase", "a bowl"], "num_inference_steps": 2, "guidance_scale": 4.0, "height": 16, "width": 16}
    without = pipe(**call, generator=[torch.Generator().manual_seed(seed) for seed in (1, 2)]).images
    pipe.load_lora_weights(tmp_path / "adapter")
    made = pipe(**call, generator=[torch.Generator().manual_seed(seed) for seed in (1, 2)]).images
    assert np.array_equal(np.stack([np.asarray(picture) for picture in made]), painted(family))
    assert not np.array_equal(np.asarray(without[0]), np.asarray(made[0]))


@pytest.mark.parametrize("kind", ["lora", "dora", "loha", "lokr", "oft"])
def test_every_type_is_saved_and_loaded(tmp_path, kind):
    options = config(adapter={"type": kind, "rank": 4})
    family = adapted(options)
    save_adapter(family, options.adapter, "domain", tmp_path)
    other = Stable(stable(), options)
    before = painted(other)
    load_adapter(other, options.adapter, "domain", tmp_path)
    assert np.array_equal(painted(other), painted(family))
    assert not np.array_equal(painted(other), before)
    assert not any(parameter.requires_grad for parameter in other.denoiser.parameters())


def test_other_types_are_loaded_by_peft(tmp_path):
    options = config(adapter={"type": "loha", "rank": 4})
    family = adapted(options)
    save_adapter(family, options.adapter, "domain", tmp_path)
    unet = PeftModel.from_pretrained(stable().unet, str(tmp_path))
    noisy, told = numbers(1, 4, 8, 8), numbers(1, 8, 16, seed=1)
    with torch.no_grad():
        assert torch.allclose(unet(noisy, 5, told).sample, family.denoiser(noisy, 5, told).sample, atol=1e-6)


def test_rank_and_alpha_are_in_the_file(tmp_path):
    options = config(adapter={"rank": 4, "alpha": 8})
    save_adapter(adapted(options), options.adapter, "domain", tmp_path)
    file = tmp_path / "pytorch_lora_weights.safetensors"
    assert {min(tensor.shape) for tensor in load_file(file).values()} == {4}
    length = int.from_bytes(file.read_bytes()[:8], "little")
    about = json.loads(json.loads(file.read_bytes()[8 : 8 + length])["__metadata__"]["lora_adapter_metadata"])
    assert (about["unet.r"], about["unet.lora_alpha"]) == (4, 8)


@pytest.mark.parametrize("kind", ["lora", "loha"])
def test_an_adapter_is_saved_with_the_same_bytes_every_time(tmp_path, kind):
    options = config(adapter={"type": kind, "rank": 4})
    family = adapted(options)
    for number in range(8):
        save_adapter(family, options.adapter, "domain", tmp_path / str(number))
    assert len({path.read_bytes() for path in tmp_path.glob("*/*.safetensors")}) == 1


def test_an_adapter_of_the_large_model_comes_back(tmp_path):
    options = config()
    family = adapted(options, large)
    save_adapter(family, options.adapter, "domain", tmp_path)
    other = Stable(large(), options)
    load_adapter(other, options.adapter, "domain", tmp_path)
    assert np.array_equal(painted(other), painted(family))


def test_one_of_several_adapters_acts_alone():
    options = config()
    family = adapted(options, name="class-000")
    first = painted(family)
    for place, parameter in enumerate(add_adapter(family, options.adapter, "class-001")):
        parameter.data += 0.3 * numbers(*parameter.shape, seed=100 + place)
    choose_adapter(family, "class-001")
    family.denoiser.eval()
    second = painted(family)
    choose_adapter(family, "class-000")
    assert np.array_equal(painted(family), first)
    assert not np.array_equal(first, second)
