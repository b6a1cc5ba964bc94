"""Helpers for fusions with cross-attention."""

from __future__ import annotations

from collections.abc import Mapping

from vbg_framework.base.errors import VBGError


def two_modalities(dims: Mapping[str, int], where: str) -> tuple[str, str]:
    """The two modalities of a fusion in alphabetical order.

    Args:
        dims: modality -> D of its encoder.
        where: the fusion, for the message.

    Raises:
        VBGError: there are not exactly two.
    """
    names = sorted(dims)
    if len(names) == 2:
        return names[0], names[1]
    result = f"{len(names)} ({', '.join(names)})" if names else "none"
    fix = "Use `fusion: null` for one encoder." if len(names) < 2 else "Use another fusion for more than two."
    raise VBGError(where, f"needs exactly two modalities, got {result}", fix)


def check_heads(dim: int, heads: int, where: str) -> None:
    """Every attention head reads an equal part of the features.

    Raises:
        VBGError: `heads` does not divide `dim`.
    """
    if dim % heads:
        fix = "Choose `heads` that divide it, or set `dim`."
        raise VBGError(where, f"dim must be a multiple of heads, got dim {dim} and heads {heads}", fix)
