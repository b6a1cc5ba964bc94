"""How much of a model is trained."""

from __future__ import annotations

from torch import nn

from vbg_framework import VBGError


def train_last(net: nn.Module, count: int, layers: int) -> None:
    """Freeze everything below the last layers; what comes after them is trained as well.

    Args:
        net: changed in place.
        count: layers to train.
        layers: how many the model has.

    Raises:
        VBGError: it has fewer.
    """
    if count > layers:
        raise VBGError("train_last", f"the model has {layers} layers, got {count}", "Set a smaller number.")
    stack = next((part for part in net.modules() if isinstance(part, nn.ModuleList) and len(part) == layers), None)
    if stack is None:
        raise VBGError("train_last", "this model's layers are not in one list", "Train all of it, or use `lora`.")
    trained = {id(parameter) for layer in stack[-count:] for parameter in layer.parameters()}
    inside = {id(parameter) for parameter in stack.parameters()}
    above = False
    for parameter in net.parameters():
        above = above or id(parameter) in inside
        parameter.requires_grad_(id(parameter) in trained or (above and id(parameter) not in inside))
