"""How much of a model is trained."""

from __future__ import annotations

from torch import nn

from vbg_framework.errors import VBGError


def add_adapters(net: nn.Module, rank: int) -> None:
    """Put low-rank adapters beside every linear layer and freeze the rest (Hu et al. 2021, arXiv 2106.09685).

    Args:
        net: changed in place.
        rank: of the adapters; their scale is 1.

    Raises:
        VBGError: peft is not installed.
    """
    try:
        from peft import LoraConfig, inject_adapter_in_model
    except ImportError as error:
        fix = 'Install it with: pip install "vbg-framework[lora]"'
        raise VBGError("lora", f"the package peft is missing ({error})", fix) from error
    linear = sorted({name for name, part in net.named_modules() if isinstance(part, nn.Linear)})
    inject_adapter_in_model(LoraConfig(r=rank, lora_alpha=rank, target_modules=linear), net)


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
