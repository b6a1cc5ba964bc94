"""Power and smallest detectable effect of a study; to be asked before it runs."""

from __future__ import annotations

from vbg_framework.base.errors import VBGError


def power(effect: float, pairs: int, *, alpha: float = 0.05, overlap: float = 0.0) -> float:
    """Chance that the t interval of a study leaves out 0, 0..1.

    The square of t has the noncentral F distribution with 1 and pairs - 1 degrees of freedom and noncentrality
    effect^2 / (1 / pairs + overlap).

    Args:
        effect: true mean difference, in standard deviations of the differences between replicates.
        pairs: replicates, >= 2.
        alpha: the level.
        overlap: `Design.overlap`: test objects / training objects if the replicates re-split one data set.

    Raises:
        VBGError: fewer than 2 pairs.
    """
    from scipy import special

    if pairs < 2:
        raise VBGError("power", f"a spread needs 2 replicates or more, got {pairs}")
    limit = special.stdtrit(pairs - 1, 1 - alpha / 2)
    shift = effect**2 / (1 / pairs + overlap)
    return float(1 - special.ncfdtr(1, pairs - 1, shift, float(limit) ** 2))


def smallest_effect(pairs: int, *, wanted: float = 0.8, alpha: float = 0.05, overlap: float = 0.0) -> float:
    """The smallest effect that a study finds with the wanted power, in standard deviations; inverse of `power`.

    Args:
        pairs: replicates, >= 2.
        wanted: power, above alpha and below 1.
        alpha: the level.
        overlap: as for `power`.

    Raises:
        VBGError: fewer than 2 pairs, or the power wanted is out of range.
    """
    from scipy.optimize import brentq

    if not alpha < wanted < 1:
        raise VBGError("power", f"the power wanted must lie between {alpha} and 1, got {wanted}")
    upper = 1.0
    while power(upper, pairs, alpha=alpha, overlap=overlap) < wanted:
        upper *= 2
    result = brentq(lambda effect: power(effect, pairs, alpha=alpha, overlap=overlap) - wanted, 0, upper)
    return float(result)


def fewest_pairs(
    effect: float, most: int, *, wanted: float = 0.8, alpha: float = 0.05, overlap: float = 0.0
) -> int | None:
    """The fewest replicates that find an effect with the wanted power; None if `most` do not.

    Args:
        effect: in standard deviations of the differences between replicates, >= 0.
        most: replicates that are tried, >= 2.
        wanted, alpha, overlap: as for `smallest_effect`.
    """
    enough = (pairs for pairs in range(2, most + 1) if power(effect, pairs, alpha=alpha, overlap=overlap) >= wanted)
    return next(enough, None)
