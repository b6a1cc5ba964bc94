"""Which weights of a network are trained: all, none, or the last blocks."""

from __future__ import annotations

import re

from timm.models import group_parameters
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from vbg_framework import VBGError

TAIL = re.compile(r"\b(norm\d*|head|attn_pool|fc_norm|conv_head|pre_logits)\.")
"""What timm counts as the last block although it is only a norm or a part of the head."""


def train_last(net: nn.Module, count: int) -> None:
    """Freeze all but the last `count` blocks, as timm counts them, and the norm or head after them.

    Raises:
        VBGError: the network has fewer blocks.
    """
    groups = _groups(net)
    blocks = [number for number, names in groups.items() if not all(map(TAIL.search, names))]
    if count > len(blocks):
        raise VBGError("train_last", f"the network has {len(blocks)} blocks, got {count}", "Leave it out to train all.")
    frozen = {name for number, names in groups.items() if number < blocks[-count] for name in names}
    for name, parameter in net.named_parameters():
        parameter.requires_grad_(name not in frozen)


def layers(net: nn.Module) -> list[list[nn.Parameter]]:
    """The parameters block by block, from the input upwards, as timm counts them; norms or a head at the end apart."""
    return [[net.get_parameter(name) for name in names] for names in _groups(net).values()]


def _groups(net: nn.Module) -> dict[int, list[str]]:
    """Number -> names of parameters, in the order of numbers."""
    return dict(sorted(group_parameters(net, net.group_matcher(coarse=False)).items()))  # type: ignore[operator]


def rest(net: nn.Module) -> None:
    """Keep batch norms that are not trained from collecting statistics."""
    for part in net.modules():
        if isinstance(part, _BatchNorm) and part.weight is not None and not part.weight.requires_grad:
            part.eval()
