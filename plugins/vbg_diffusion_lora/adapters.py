"""Adapters beside the weights of a denoiser: added, chosen, saved and loaded in formats that others read."""

from __future__ import annotations

import json
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import torch
from diffusers.training_utils import cast_training_params
from diffusers.utils.state_dict_utils import convert_state_dict_to_diffusers
from peft import LoHaConfig, LoKrConfig, LoraConfig, OFTConfig, PeftConfig
from peft.utils import get_peft_model_state_dict, set_peft_model_state_dict
from safetensors.torch import load_file, save_file
from torch import nn

from vbg_diffusion_lora import WORDS, AdapterConfig
from vbg_diffusion_lora.family import Family
from vbg_diffusion_lora.silence import silent
from vbg_diffusion_lora.words import load_word, save_word

PREFIX = "base_model.model."  # of names in peft's own format
FILE, DIFFUSERS_FILE = "adapter_model.safetensors", "pytorch_lora_weights.safetensors"
DIFFUSERS = ("lora", "dora")  # types that diffusers itself loads


def peft_config(config: AdapterConfig) -> PeftConfig:
    """The options in the words of peft."""
    rank, alpha, layers = config.rank, config.alpha or config.rank, list(config.layers)
    if config.type in DIFFUSERS:
        return LoraConfig(r=rank, lora_alpha=alpha, target_modules=layers, use_dora=config.type == "dora")
    if config.type == "oft":
        return OFTConfig(r=rank, oft_block_size=0, target_modules=layers)
    kind = LoHaConfig if config.type == "loha" else LoKrConfig
    return kind(r=rank, alpha=alpha, target_modules=layers)


def add_adapter(family: Family, config: AdapterConfig, name: str) -> nn.ParameterList:
    """Freeze the denoiser, add an adapter and choose it; returns its parameters, in 32 bit."""
    net = family.denoiser
    net.requires_grad_(False)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Already found a `peft_config`")  # several adapters are meant
        net.add_adapter(peft_config(config), adapter_name=name)
    cast_training_params(net, dtype=torch.float32)
    return nn.ParameterList([parameter for parameter in net.parameters() if parameter.requires_grad])


def choose_adapter(family: Family, name: str) -> None:
    """Let one of the adapters act alone."""
    family.denoiser.set_adapter(name)
    family.denoiser.requires_grad_(False)


def save_adapter(family: Family, config: AdapterConfig, name: str, folder: Path) -> None:
    """Write one adapter: as `load_lora_weights` of diffusers reads it, or, of other types, as peft does; or a word."""
    if config.type == WORDS:
        return save_word(family, name, folder)
    folder.mkdir(parents=True, exist_ok=True)
    state = get_peft_model_state_dict(family.denoiser, adapter_name=name)
    state = {key: tensor.detach().cpu().contiguous() for key, tensor in state.items()}
    about = peft_config(config)
    if config.type in DIFFUSERS:
        layers = convert_state_dict_to_diffusers(state)
        part = family.layers_key.removesuffix("_lora_layers")
        facts = json.dumps({f"{part}.{key}": value for key, value in _plain(about).items()}, indent=2, sort_keys=True)
        header = {"lora_adapter_metadata": facts}  # alone: the library gives several keys a random order
        write = partial(save_file, metadata=header)
        type(family.pipe).save_lora_weights(folder, **{family.layers_key: layers}, save_function=write)
        return
    about.save_pretrained(str(folder))
    save_file({PREFIX + key: tensor for key, tensor in state.items()}, folder / FILE)


def load_adapter(family: Family, config: AdapterConfig, name: str, folder: Path) -> None:
    """Add an adapter that `save_adapter` wrote, and choose it; or a word, which its mention chooses."""
    if config.type == WORDS:
        return load_word(family, name, folder)
    if config.type in DIFFUSERS:
        with silent():
            family.pipe.load_lora_weights(str(folder), weight_name=DIFFUSERS_FILE, adapter_name=name)
    else:
        add_adapter(family, config, name)
        state = {key.removeprefix(PREFIX): tensor for key, tensor in load_file(folder / FILE).items()}
        set_peft_model_state_dict(family.denoiser, state, adapter_name=name)
    choose_adapter(family, name)


def _plain(about: PeftConfig) -> dict[str, Any]:
    """As diffusers stores it: JSON has no sets."""
    return {key: sorted(value) if isinstance(value, set) else value for key, value in about.to_dict().items()}
