"""What too little evidence must not be used for; every refusal and its sentence stand here."""

from __future__ import annotations

from vbg_framework.base.errors import VBGError

PAIRS_FOR_BCA = 30
"""Below, the bootstrap of a mean is too narrow; measured in docs/statistics.md."""
OBJECTS_FOR_STAR = 20
"""Objects of a class that must have been tested before a difference in it may be marked."""
BLOCKS_FOR_DIAGRAM = 8
"""Data sets below which the critical difference is no smaller than about half of what can be seen at all."""


def smallest_p(pairs: int) -> float:
    """The smallest p that flipping signs (or ranking) can give, two-sided: 2^(1 - pairs)."""
    return min(1.0, 2.0 ** (1 - pairs))


def cannot_reach(pairs: int, comparisons: int, alpha: float, test: str) -> str | None:
    """Says so when no result whatever could be significant with so few pairs; None if one could.

    Args:
        pairs: how many there are.
        comparisons: how many Holm's correction counts.
        alpha: the level.
        test: name of the test, for the sentence.
    """
    smallest = smallest_p(pairs)
    if smallest * comparisons <= alpha:
        return None
    message = f"{pairs} pairs cannot reach alpha = {short(alpha)}"
    reason = f"the smallest possible p of the {test} is {short(smallest)}"
    if smallest > alpha:
        return f"{message}: {reason}."
    return f"{message} with {comparisons} comparisons: {reason}, and Holm's correction multiplies it by {comparisons}."


def require_blocks(arms: int, blocks: int, critical: float) -> None:
    """Refuse a critical-difference diagram of too few data sets.

    Args:
        arms: how many are ranked.
        blocks: data sets in which all of them were measured.
        critical: the critical difference of mean ranks.

    Raises:
        VBGError: fewer than 8 data sets, or fewer than 2 arms.
    """
    if arms < 2:
        raise VBGError("critical difference", f"needs 2 arms or more, got {arms}")
    if blocks < BLOCKS_FOR_DIAGRAM:
        raise VBGError(
            "critical difference",
            f"needs {BLOCKS_FOR_DIAGRAM} data sets or more, got {blocks}: with {arms} arms the mean ranks would have to"
            f" differ by {critical:.2f}, and the largest difference possible is {arms - 1}",
            "Draw a forest plot: each data set's mean difference with its interval. Seeds are not data sets.",
        )


def short(value: float) -> str:
    """A probability as it is printed: .05, .0625."""
    return f"{value:.3g}".replace("0.", ".", 1)
