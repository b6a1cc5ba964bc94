"""Which weights of a network are trained: all, none, the last blocks, or adapters beside them."""

from __future__ import annotations

import re

from timm.models import group_parameters
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from vbg_framework.errors import VBGError

TAIL = re.compile(r"\b(norm\d*|head|attn_pool|fc_norm|conv_head|pre_logits)\.")
"""What timm counts as the last block although it is only a norm or a part of the head."""


def train_last(net: nn.Module, count: int) -> None:
    """Freeze all but the last `count` blocks, as timm counts them, and the norm or head after them.

    Raises:
        VBGError: the network has fewer blocks.
    """
    groups = group_parameters(net, net.group_matcher(coarse=False))  # type: ignore[operator]
    blocks = [number for number, names in sorted(groups.items()) if not all(map(TAIL.search, names))]
    if count > len(blocks):
        raise VBGError("train_last", f"the network has {len(blocks)} blocks, got {count}", "Leave it out to train all.")
    frozen = {name for number, names in groups.items() if number < blocks[-count] for name in names}
    for name, parameter in net.named_parameters():
        parameter.requires_grad_(name not in frozen)


def add_adapters(net: nn.Module, rank: int) -> None:
    """Freeze a network and put low-rank adapters (Hu et al. 2021, arXiv 2106.09685) beside its linear layers.

    A network without any gets them beside its ungrouped convolutions.

    Raises:
        VBGError: peft is not installed.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model  # only for those who ask for adapters
    except ImportError as error:
        raise VBGError("lora", "peft is not installed", 'Install it with: pip install "vbg-framework[lora]"') from error
    linear = [name for name, part in net.named_modules() if isinstance(part, nn.Linear)]
    spatial = [name for name, part in net.named_modules() if isinstance(part, nn.Conv2d) and part.groups == 1]
    inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=rank, target_modules=linear or spatial), net)


def own_name(name: str) -> str | None:
    """The name a parameter has without adapters; None for an adapter's own."""
    return None if ".lora_" in name else name.replace(".base_layer.", ".")


def rest(net: nn.Module) -> None:
    """Keep batch norms that are not trained from collecting statistics."""
    for part in net.modules():
        if isinstance(part, _BatchNorm) and part.weight is not None and not part.weight.requires_grad:
            part.eval()
