"""Quotas: how many new records of each class are requested."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.config.augmentation import LoopConfig, MixConfig

FREQUENT = 0.1
"""Need of a class that lacks nothing to the median class and is never recognised, as a share of the median class."""


def quotas(
    real: Mapping[str, int], recall: Mapping[str, float | None], loop: LoopConfig, mix: MixConfig
) -> dict[str, int]:
    """Class -> records to ask for in one round, within the limits.

    The need of a class is what it lacks to `target` times the median class, times 1 - recall (Lu et al. 2025 say that
    scarce and badly recognised classes come first; the formula is ours). A class whose recall was measured counts as
    lacking at least a tenth of that, so a badly recognised frequent class gets something. `count` is what is asked for
    while no class is recognised, and falls with the need. `fill_to` needs what is missing to `count`, `replace` and
    `synthetic_only` need new records of every class in proportion to the real ones. No class gets more than
    `at_most` times its real records, so a class without any gets none.

    Args:
        real: class -> real training records.
        recall: class -> recall on the inner validation part in the last round; absent or None = unknown, taken as 0.
            Empty = there was no round yet.
        loop, mix: what the experiment says.

    Raises:
        VBGError: `loop.quota` names a class nobody knows.
    """
    if loop.quota is not None:
        return _given(real, loop.quota)
    need, total = _need(real, recall, loop, mix), total_wanted(real, recall, loop, mix)
    limit = {name: int(loop.at_most * count) for name, count in real.items()}
    if loop.count is None and mix.share is None:
        return {name: min(limit[name], round(need[name])) for name in real}
    return _shared(total, need if any(need.values()) else dict(real), limit)


def total_wanted(real: Mapping[str, int], recall: Mapping[str, float | None], loop: LoopConfig, mix: MixConfig) -> int:
    """Records that the experiment wants in one round, whatever limits allow; arguments as those of `quotas`."""
    if loop.quota is not None:
        return sum(loop.quota.values())
    need = _need(real, recall, loop, mix)
    if mix.share is not None:  # of all training records, so N_s = N_r * share / (1 - share)
        return round(sum(real.values()) * mix.share / (1 - mix.share))
    if loop.count is None:
        return sum(round(each) for each in need.values())
    never = {name: 0.0 if known is not None else None for name, known in recall.items()}
    unrecognised = sum(_need(real, never, loop, mix).values())
    return round(loop.count * (sum(need.values()) / unrecognised if unrecognised else 1))


def _given(real: Mapping[str, int], quota: Mapping[str, int]) -> dict[str, int]:
    for name in quota:
        if name not in real:
            raise VBGError("loop.quota", f"unknown class '{name}'", did_you_mean(name, real))
    return {name: quota.get(name, 0) for name in real}


def _need(
    real: Mapping[str, int], recall: Mapping[str, float | None], loop: LoopConfig, mix: MixConfig
) -> dict[str, float]:
    if mix.policy == "fill_to":
        return {name: max(0, (mix.count or 0) - count) for name, count in real.items()}
    if mix.policy in ("replace", "synthetic_only"):
        return {name: count * (mix.probability or 1.0) for name, count in real.items()}
    typical = loop.target * float(np.median([count for count in real.values() if count] or [0]))
    return {name: _lack(typical, count, recall.get(name)) for name, count in real.items()}


def _lack(typical: float, count: int, recall: float | None) -> float:
    least = 0.0 if recall is None else FREQUENT * typical
    return max(least, typical - count) * (1 - (recall or 0.0))


def _shared(total: int, need: Mapping[str, float], limit: Mapping[str, int]) -> dict[str, int]:
    """`total` in proportion to need, by largest remainders; what one class may not take goes to the others."""
    exact = _proportional(total, {name: weight for name, weight in need.items() if weight and limit[name]}, limit)
    given = {name: int(exact.get(name, 0)) for name in need}
    rest = round(sum(exact.values())) - sum(given.values())
    for name in sorted(exact, key=lambda name: (given[name] - exact[name], name))[:rest]:
        given[name] += 1
    return given


def _proportional(total: float, need: Mapping[str, float], limit: Mapping[str, int]) -> dict[str, float]:
    """Shares of `total`; classes at their limit get it, and the others divide the rest."""
    share = total / (sum(need.values()) or 1)
    full = {name: float(limit[name]) for name in need if need[name] * share >= limit[name]}
    if not full:
        return {name: weight * share for name, weight in need.items()}
    others = {name: weight for name, weight in need.items() if name not in full}
    return full | _proportional(max(0.0, total - sum(full.values())), others, limit)
