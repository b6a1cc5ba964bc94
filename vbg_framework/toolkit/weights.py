"""Pre-trained weights: fetched from a hub, read from safetensors, put into a module. Every misfit is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from vbg_framework.base.errors import VBGError
from vbg_framework.paths import locate

HUB_FILES = ("*.json", "*.txt", "*.model", "*.safetensors")  # no pickles


def weights_path(model: str | None, weights: str | None) -> Path:
    """The local file or folder behind a hub id or a path, of which one must be given.

    Args:
        model: `owner/name` or `owner/name@revision`; fetched once, then read from the hub's own cache.
        weights: a file or folder on this machine, looked up as `VBG_WEIGHTS` says.

    Raises:
        VBGError: the hub does not deliver, or nothing lies at the path.
    """
    return hub_folder(model) if model is not None else locate(weights or "", variable="VBG_WEIGHTS")


def read_json(file: Path) -> dict[str, Any]:
    """What stands in a file beside weights, such as config.json; empty if there is none.

    Raises:
        VBGError: it is not JSON.
    """
    if not file.is_file():
        return {}
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise VBGError(str(file), f"not readable as JSON ({error})", "Download or copy it again.") from error


def hub_folder(model: str) -> Path:
    """Fetch a model from the Hugging Face hub, the only place where weights come over the network.

    Args:
        model: `owner/name`, or `owner/name@revision` to pin a branch, tag or commit.

    Raises:
        VBGError: there is no such model, or the hub does not answer.
    """
    from huggingface_hub import snapshot_download  # only for those who name a hub id

    name, _, revision = model.partition("@")
    try:
        return Path(snapshot_download(name, revision=revision or None, allow_patterns=list(HUB_FILES)))
    except Exception as error:  # the hub client raises errors of several libraries
        reason = str(error).strip().split("\n")[0].rstrip(".")
        fix = "Check the name and the network, or download it elsewhere and give its folder as `weights:`."
        raise VBGError(f"model {model}", f"cannot fetch it from the hub ({reason})", fix) from error


def load_state(file: Path) -> dict[str, Tensor]:
    """Read a safetensors file.

    Raises:
        VBGError: the file is missing or is no safetensors file.
    """
    if not file.is_file():
        fix = "Give a .safetensors file or a folder that holds model.safetensors."
        raise VBGError(str(file), "no such weights file", fix)
    try:
        return load_file(file)
    except (SafetensorError, OSError) as error:
        fix = "Download or copy it again; pickled formats (.bin, .pt, .pth) are not read."
        raise VBGError(str(file), f"not a readable safetensors file ({error})", fix) from error


def assign(module: nn.Module, state: Mapping[str, Tensor], where: str) -> None:
    """Copy tensors into a module; names and shapes must agree exactly.

    Args:
        where: what the message names when they do not, usually the file.

    Raises:
        VBGError: a tensor is missing, left over, or has another shape.
    """
    wanted = module.state_dict()
    complaints = [f"'{name}' is missing" for name in wanted if name not in state]
    complaints += [f"'{name}' fits nowhere" for name in state if name not in wanted]
    complaints += [
        f"'{name}' has shape {tuple(state[name].shape)} instead of {tuple(tensor.shape)}"
        for name, tensor in wanted.items()
        if name in state and state[name].shape != tensor.shape
    ]
    if complaints:
        more = f", and {len(complaints) - 3} more" if len(complaints) > 3 else ""
        what = f"the weights are of another architecture: {', '.join(complaints[:3])}{more}"
        raise VBGError(where, what, "Choose weights that fit this component, or another component.")
    module.load_state_dict(state)
