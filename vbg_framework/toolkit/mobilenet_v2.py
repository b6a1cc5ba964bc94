"""MobileNetV2 as transformers writes it, in timm's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from torch import Tensor

REPEATS = (2, 3, 4, 3, 3, 1)  # blocks per stage after the first, Sandler et al. 2018 (arXiv 1801.04381), table 2
BLOCKS = [f"blocks.{stage}.{block}" for stage, count in enumerate(REPEATS, start=1) for block in range(count)]
PLACES = {  # transformers' convolution with its norm -> timm's two names
    "conv_stem.first_conv": ("conv_stem", "bn1"),
    "conv_stem.conv_3x3": ("blocks.0.0.conv_dw", "blocks.0.0.bn1"),
    "conv_stem.reduce_1x1": ("blocks.0.0.conv_pw", "blocks.0.0.bn2"),
    "conv_1x1": ("conv_head", "bn2"),
}
PARTS = {"expand_1x1": ("conv_pw", "bn1"), "conv_3x3": ("conv_dw", "bn2"), "reduce_1x1": ("conv_pwl", "bn3")}
PLACES |= {
    f"layer.{number}.{part}": (f"{block}.{conv}", f"{block}.{norm}")
    for number, block in enumerate(BLOCKS)
    for part, (conv, norm) in PARTS.items()
}


def described(config: Mapping[str, Any], preprocessor: Mapping[str, Any]) -> dict[str, Any]:
    """The `config.json` that timm would have written.

    Args:
        config: `config.json` of transformers.
        preprocessor: its `preprocessor_config.json`, or nothing.
    """
    size, half = config.get("image_size", 224), [0.5] * 3
    padding = "same" if config.get("tf_padding", True) else ""
    return {
        "architecture": f"mobilenetv2_{round(100 * config.get('depth_multiplier', 1)):03d}",
        "model_args": {"pad_type": padding, "bn_eps": config.get("layer_norm_eps", 1e-3)},
        "pretrained_cfg": {
            "input_size": [3, size, size],
            "mean": preprocessor.get("image_mean", half),
            "std": preprocessor.get("image_std", half),
        },
    }


def renamed(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights with timm's names; those of other networks stay as they are."""
    return {_rename(name): tensor for name, tensor in state.items()}


def _rename(name: str) -> str:
    result = re.fullmatch(r"(?:mobilenet_v2\.)?(.+)\.(convolution|normalization)\.(\w+)", name)
    if not result or result[1] not in PLACES:
        return name
    return f"{PLACES[result[1]][result[2] == 'normalization']}.{result[3]}"
