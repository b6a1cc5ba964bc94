"""Which floating-point format training uses."""

from __future__ import annotations

import torch

LARGE = 4_000_000
"""Parameters; below, a CPU loses more in converting than it gains in multiplying (docs/results-speed.md)."""


def choose_precision(wanted: str, parameters: int) -> str:
    """`bf16` or `fp32`. `auto` takes bf16 where the hardware multiplies matrices in it natively and gains from it.

    That is a CUDA device of compute capability 8.0 or newer, or a CPU with AMX tiles if the model is not small; a CPU
    that only converts (AVX-512 BF16) is left at fp32.

    Args:
        wanted: `auto`, `bf16` or `fp32`.
        parameters: size of the model.
    """
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp32"
    return "bf16" if parameters >= LARGE and torch.cpu.get_capabilities().get("amx_bf16") else "fp32"
