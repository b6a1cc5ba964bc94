"""How much of a model is trained."""

from __future__ import annotations

from transformers import PreTrainedModel

from vbg_framework import VBGError
from vbg_framework.toolkit import stacked_layers


def train_last(net: PreTrainedModel, count: int) -> None:
    """Freeze everything below the last layers; what comes after them is trained as well.

    Args:
        net: changed in place.
        count: layers to train.

    Raises:
        VBGError: it has fewer.
    """
    layers = net.config.num_hidden_layers
    if count > layers:
        raise VBGError("train_last", f"the model has {layers} layers, got {count}", "Set a smaller number.")
    stack = stacked_layers(net)
    if not stack:
        raise VBGError("train_last", "this model's layers are not in one list", "Train all of it, or use `lora`.")
    net.requires_grad_(False)
    for layer in stack[-count:]:
        for parameter in layer:
            parameter.requires_grad_(True)
