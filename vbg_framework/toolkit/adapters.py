"""Low-rank adapters beside the weights of a pre-trained network, for encoders that offer them."""

from __future__ import annotations

from torch import nn

from vbg_framework.base.errors import VBGError


def add_adapters(net: nn.Module, rank: int) -> None:
    """Freeze a network and put low-rank adapters (Hu et al. 2021, arXiv 2106.09685) beside its linear layers.

    A network without any gets them beside its ungrouped convolutions.

    Args:
        net: changed in place.
        rank: of the adapters; their scale is 1.

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
