"""Finding and opening a base model. Every misfit is named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline, Flux2KleinPipeline, StableDiffusionPipeline, StableDiffusionXLPipeline
from huggingface_hub.errors import GatedRepoError

from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.family import Family
from vbg_diffusion_lora.flux import Flux
from vbg_diffusion_lora.silence import silent
from vbg_diffusion_lora.stable import Stable
from vbg_framework import VBGError
from vbg_framework.paths import locate
from vbg_framework.toolkit import read_json

FAMILIES: dict[Any, type[Family]] = {
    StableDiffusionPipeline: Stable,
    StableDiffusionXLPipeline: Stable,
    Flux2KleinPipeline: Flux,
}
INDEX = "model_index.json"
HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")


def base_folder(base: str) -> Path:
    """The local folder of a base model, fetched from the hub if it is a hub id; without pickles.

    Args:
        base: `owner/name`, `owner/name@revision`, or a folder.

    Raises:
        VBGError: there is none, the hub does not answer, or its licence has to be accepted first.
    """
    try:
        return locate(base, variable="VBG_WEIGHTS")
    except VBGError:
        if not HUB_ID.fullmatch(base) or base.startswith("."):
            raise
    name, _, revision = base.partition("@")
    try:
        return Path(DiffusionPipeline.download(name, revision=revision or None, use_safetensors=True))
    except GatedRepoError as error:
        what = f"its licence has to be accepted first, got '{name}'"
        fix = "Accept it on the model's page and log in with `hf auth login`, or take another base."
        raise VBGError(f"base {base}", what, fix) from error
    except Exception as error:  # the hub client raises errors of several libraries
        reason = str(error).strip().split("\n")[0].rstrip(".")
        fix = "Check the name and the network, download it elsewhere and give its folder, or take base=tiny."
        raise VBGError(f"base {base}", f"cannot fetch it from the hub ({reason})", fix) from error


def open_base(folder: Path, config: DiffusionLoraConfig, dtype: torch.dtype) -> Family:
    """Load a base model and see whether the options fit it.

    Args:
        folder: as diffusers saves it.
        config: the options.
        dtype: of its weights.

    Raises:
        VBGError: it is no base model, none of an architecture that can be adapted, or it cannot be read.
    """
    kind = read_json(folder / INDEX).get("_class_name")
    known = {each.__name__: each for each in FAMILIES}
    if kind not in known:
        what = f"must be one of {', '.join(known)}, got {kind or f'a folder without {INDEX}'}"
        raise VBGError(
            f"base {folder}", what, "Give a folder that diffusers' save_pretrained wrote, or another hub id."
        )
    more: dict[str, Any] = {} if config.safety_checker else {"safety_checker": None, "requires_safety_checker": False}
    try:
        with silent():
            pipe = known[kind].from_pretrained(
                folder, dtype=dtype, use_safetensors=True, local_files_only=True,
                **(more if kind == "StableDiffusionPipeline" else {}),
            )  # fmt: skip
    except Exception as error:  # diffusers raises whatever its parsers raise
        reason = str(error).strip().split("\n")[0].rstrip(".")
        fix = "Download it again; only safetensors are read, and a U-Net of another architecture does not fit."
        raise VBGError(f"base {folder}", f"cannot be loaded ({reason})", fix) from error
    return as_family(pipe, config)


def as_family(pipe: Any, config: DiffusionLoraConfig) -> Family:
    """A pipeline that is loaded, after a look at whether the options fit it."""
    family = FAMILIES[type(pipe)](pipe, config)
    family.check()
    return family
