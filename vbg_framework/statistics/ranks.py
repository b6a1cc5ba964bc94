"""Mean ranks of arms across data sets, and the critical difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vbg_framework.statistics.limits import require_blocks
from vbg_framework.statistics.pairs import Replicate, Table, column


@dataclass(frozen=True)
class CriticalDifference:
    """What a critical-difference diagram shows.

    Args:
        ranks: arm -> mean rank over the data sets, 1 = best.
        length: two arms whose mean ranks differ by less cannot be told apart (Nemenyi).
        blocks: data sets that have a value for every arm.
    """

    ranks: dict[str, float]
    length: float
    blocks: int


def critical_difference(table: Table, *, alpha: float = 0.05, higher_is_better: bool = True) -> CriticalDifference:
    """Rank the arms in every data set and compute Nemenyi's critical difference of mean ranks.

    q(alpha, k) sqrt(k (k + 1) / (6 N)) for k arms and N data sets, q the quantile of the studentised range over
    sqrt(2). Source: Demsar, "Statistical comparisons of classifiers over multiple data sets", JMLR 7, 2006.

    With 8 arms and 2 data sets it is 3.031 * sqrt(8 * 9 / 12) = 7.42, and the largest possible difference of mean ranks
    is 7: nothing whatever could be found. Hence the refusal of few data sets.

    Args:
        table: arm -> data set -> value, a mean over that data set's replicates. Seeds are not data sets.
        alpha: the level.
        higher_is_better: False for errors and losses.

    Raises:
        VBGError: fewer than 8 data sets have a value for every arm, or there are fewer than 2 arms.
    """
    from scipy.stats import rankdata

    blocks = _complete(table)
    length = _critical(len(table), len(blocks), alpha) if len(table) > 1 and blocks else np.inf
    require_blocks(len(table), len(blocks), length)
    values = np.array([[table[arm][block] for block in blocks] for arm in table], dtype=np.float64)  # (k, N)
    means = rankdata(-values if higher_is_better else values, axis=0).mean(1)
    return CriticalDifference(dict(zip(table, means.tolist(), strict=True)), length, len(blocks))


def _critical(arms: int, blocks: int, alpha: float) -> float:
    from scipy.stats import studentized_range

    q = studentized_range.ppf(1 - alpha, arms, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(arms * (arms + 1) / (6 * blocks)))


def _complete(table: Table) -> list[Replicate]:
    columns = [column(table, arm) for arm in table]
    return [block for block in columns[0] if all(block in values for values in columns)] if columns else []
