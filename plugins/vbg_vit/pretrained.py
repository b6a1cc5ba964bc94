"""Reads vision transformers written by timm or transformers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from vbg_framework import VBGError
from vbg_framework.toolkit import load_state, read_json
from vbg_vit.vit import Architecture

HEADS = r"^(head|classifier|pooler|pre_logits|embeddings\.mask_token)\b"
# The three dialects: timm, transformers up to 4 (also on the hub), transformers 5.
NAMES = (
    (r"^embeddings\.cls_token$", "cls_token"),
    (r"^embeddings\.position_embeddings$", "pos_embed"),
    (r"^(embeddings\.patch_embeddings\.projection|patch_embed\.proj)\.", "patch_embed."),
    (r"^layernorm\.", "norm."),
    (r"^(encoder\.layer|layers)\.", "blocks."),
    (r"\.layernorm_before\.", ".norm1."),
    (r"\.layernorm_after\.", ".norm2."),
    (r"\.attention\.attention\.(query|key|value)\.", r".\1."),
    (r"\.attention\.([qkv])_proj\.", r".\1."),
    (r"\.query\.", ".q."),
    (r"\.key\.", ".k."),
    (r"\.value\.", ".v."),
    (r"\.(attention\.output\.dense|attention\.o_proj|attn\.proj)\.", ".proj."),
    (r"\.(intermediate\.dense|mlp\.fc1)\.", ".fc1."),
    (r"\.(output\.dense|mlp\.fc2)\.", ".fc2."),
    (r"\.attn\.qkv\.", ".qkv."),
)


def weights_file(path: Path) -> Path:
    """The safetensors file meant by a file or a folder."""
    return path / "model.safetensors" if path.is_dir() else path


def read_state(file: Path) -> dict[str, Tensor]:
    """Read weights and give them the names of `VisionTransformer`; classification heads are dropped."""
    state = {re.sub(r"^vit\.", "", name): tensor for name, tensor in load_state(file).items()}
    renamed = {_rename(name): tensor for name, tensor in state.items() if not re.match(HEADS, name)}
    for name in [name for name in renamed if re.search(r"\.q\.(weight|bias)$", name)]:
        parts = [name.replace(".q.", f".{part}.") for part in "qkv"]
        if all(part in renamed for part in parts):
            renamed[name.replace(".q.", ".qkv.")] = torch.cat([renamed.pop(part) for part in parts])
    return renamed


def _rename(name: str) -> str:
    for pattern, replacement in NAMES:
        name = re.sub(pattern, replacement, name)
    return name


def read_architecture(file: Path, *, image_size: int | None, heads: int | None) -> Architecture:
    """Read the sizes from the tensors, and heads, epsilon and normalisation from the JSON files beside them.

    Args:
        image_size: pixels of the images to come; None = as the weights were trained.
        heads: attention heads, used if the files do not say it.

    Raises:
        VBGError: these are no weights of a plain vision transformer, or the heads are unknown.
    """
    state, config = read_state(file), read_json(file.parent / "config.json")
    absent = [name for name in ("patch_embed.weight", "pos_embed", "blocks.0.fc1.weight") if name not in state]
    if absent or config.get("hidden_act", "gelu") != "gelu":
        reason = f"'{absent[0]}' is missing" if absent else f"its activation is {config['hidden_act']}"
        fix = "Use the weights of a plain ViT in timm or transformers format."
        raise VBGError(str(file), f"no weights of a plain vision transformer: {reason}", fix)
    dim, patch = state["patch_embed.weight"].shape[0], state["patch_embed.weight"].shape[-1]
    side = math.isqrt(state["pos_embed"].shape[1])  # the class token, if any, does not reach the next square
    size = image_size or patch * side
    if size % patch:
        raise VBGError("image_size", f"must be a multiple of the weights' patch size {patch}, got {size}", "Change it.")
    layers = 1 + max(int(result[1]) for name in state if (result := re.match(r"blocks\.(\d+)\.", name)))
    mean, std = _normalisation(config, read_json(file.parent / "preprocessor_config.json"))
    return Architecture(
        image_size=size,
        patch_size=patch,
        dim=dim,
        layers=layers,
        heads=_heads(config, dim, heads, file),
        mlp_dim=state["blocks.0.fc1.weight"].shape[0],
        class_token="cls_token" in state,
        eps=config.get("layer_norm_eps", 1e-6),
        mean=mean,
        std=std,
    )


def resize_positions(positions: Tensor, count: int, class_token: bool) -> Tensor:
    """Interpolate (1, N, D) position embeddings of a square grid to `count` positions (bicubic, antialiased)."""
    if positions.shape[1] == count:
        return positions
    first, grid = positions[:, : int(class_token)], positions[:, int(class_token) :]
    old, new = round(grid.shape[1] ** 0.5), round((count - class_token) ** 0.5)
    grid = grid.float().reshape(1, old, old, -1).permute(0, 3, 1, 2)  # (1, D, old, old)
    grid = F.interpolate(grid, size=(new, new), mode="bicubic", antialias=True)
    return torch.cat([first.float(), grid.permute(0, 2, 3, 1).flatten(1, 2)], dim=1)


def _heads(config: Mapping[str, Any], dim: int, given: int | None, file: Path) -> int:
    heads = config.get("num_attention_heads")
    if heads is None and re.match(r"(vit|deit)_(tiny|small|base|large)_patch", config.get("architecture", "")):
        heads = dim // 64
    if heads is not None and given is not None and heads != given:
        raise VBGError("heads", f"the weights have {heads} attention heads, got {given}", "Leave `heads` out.")
    heads = heads or given
    if heads is None or dim % heads:
        what = f"the number of attention heads cannot be read beside {file}, got {heads}"
        raise VBGError("heads", what, f"Put the config.json of the weights there, or set `heads` (dim is {dim}).")
    return heads


def _normalisation(
    config: Mapping[str, Any], preprocessor: Mapping[str, Any]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    timm = config.get("pretrained_cfg", config)
    mean = preprocessor.get("image_mean") or timm.get("mean") or [0.5] * 3
    std = preprocessor.get("image_std") or timm.get("std") or [0.5] * 3
    return tuple(mean), tuple(std)
