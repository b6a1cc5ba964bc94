"""Every arm against the control: difference, interval, p-value and verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

import numpy as np

from vbg_framework.statistics.design import Design
from vbg_framework.statistics.interval import Interval, bca_interval, t_interval
from vbg_framework.statistics.limits import PAIRS_FOR_BCA, cannot_reach, short
from vbg_framework.statistics.note import Note
from vbg_framework.statistics.pairs import Pairs, Replicate, Table, column, pair
from vbg_framework.statistics.significance import corrected_t_p, holm, sign_flip_p, wilcoxon_p

Verdict = Literal["better", "worse", "equivalent", "unclear"]
SIGN_FLIP, WILCOXON = "sign-flip test", "Wilcoxon signed-rank test"
CORRECTED = "corrected resampled t"


@dataclass(frozen=True)
class Difference:
    """One arm minus the control.

    Args:
        arm: name of the arm.
        control: name of the control.
        pairs: replicates that both have.
        missing: replicates of the study that one or both lack.
        mean: mean difference, in the unit of the metric; None without pairs.
        interval: of the mean, at level 1 - alpha; None if fewer than 2 pairs or no spread.
        interval_method: how the interval was made, in words.
        p: two-sided, before correction; None if it cannot be computed.
        p_method: the test, in words.
        p_holm: corrected for all arms of the comparison.
        bca: bootstrap interval for comparison, with 30 independent pairs or more.
        verdict: `equivalent` if the interval lies within the margin; else `better` or `worse` if the interval leaves
            out 0 and p_holm is at most alpha; else `unclear`.
        notes: sentences a reader of the result must know.
    """

    arm: str
    control: str
    pairs: int
    missing: tuple[Replicate, ...]
    mean: float | None
    interval: Interval | None
    interval_method: str
    p: float | None
    p_method: str
    p_holm: float | None = None
    bca: Interval | None = None
    verdict: Verdict = "unclear"
    notes: tuple[Note, ...] = ()


def compare(
    table: Table,
    control: str,
    *,
    design: Design,
    alpha: float = 0.05,
    margin: float = 0.005,
    higher_is_better: bool = True,
    seed: int = 0,
) -> list[Difference]:
    """Compare every other arm with the control, replicate by replicate.

    The interval is Student's t of the paired differences, corrected for shared training objects if replicates re-split
    one data set. The p-value flips signs, or is the corrected t's where replicates are not independent, or Wilcoxon's
    across data sets; Holm's correction counts all arms of the table. Why, and what was measured: docs/statistics.md.

    Args:
        table: arm -> replicate -> value of one metric.
        control: the arm all others are compared with.
        design: where the replicates come from.
        alpha: level of the tests; intervals are of 1 - alpha.
        margin: differences up to this size are of no interest, in the unit of the metric.
        higher_is_better: False for errors and losses; decides between `better` and `worse`.
        seed: decides what is drawn where there is too much to go through.

    Returns:
        One difference per arm, in the order of the table.

    Raises:
        VBGError: the control is not in the table, or a value is infinite.
    """
    [result] = compare_tables(
        [table], control, design=design, alpha=alpha, margin=margin, higher_is_better=higher_is_better, seed=seed
    )
    return result


def compare_tables(
    tables: Sequence[Table],
    control: str,
    *,
    design: Design,
    alpha: float = 0.05,
    margin: float = 0.005,
    higher_is_better: bool | Sequence[bool] = True,
    seed: int = 0,
) -> list[list[Difference]]:
    """The same for several tables, such as one per task, as one family: Holm's correction counts all arms of all.

    Args:
        tables: of the same replicates, each of one metric; otherwise as for `compare`.
        control: an arm of each.
        design: as for `compare`.
        alpha: likewise.
        margin: likewise.
        seed: likewise.
        higher_is_better: likewise, or one per table.

    Returns:
        Per table one difference per arm, in its order.

    Raises:
        VBGError: the control is not in a table, or a value is infinite.
    """
    for table in tables:
        column(table, control)
    arms = [[arm for arm in table if arm != control] for table in tables]
    results = [
        _measure(arm, control, pair(table, arm, control), design, alpha, seed)
        for table, names in zip(tables, arms, strict=True)
        for arm in names
    ]
    adjusted = [replace(d, p_holm=p) for d, p in zip(results, holm([d.p for d in results]), strict=True)]
    each = [higher_is_better] * len(tables) if isinstance(higher_is_better, bool) else higher_is_better
    higher = [better for better, names in zip(each, arms, strict=True) for _ in names]
    judged = [
        replace(d, verdict=verdict_of(d.interval, d.p_holm, alpha, margin, up))
        for d, up in zip(adjusted, higher, strict=True)
    ]
    told = iter([replace(d, notes=tuple(_notes(d, design, len(results), alpha, margin))) for d in judged])
    return [list(islice(told, len(names))) for names in arms]


def _measure(arm: str, control: str, pairs: Pairs, design: Design, alpha: float, seed: int) -> Difference:
    differences = pairs.differences
    spread = len(differences) > 1 and float(np.ptp(differences)) > 1e-12  # rounding is no spread
    interval = t_interval(differences, overlap=design.overlap, alpha=alpha) if spread else None
    p, p_method = _p(differences, spread, design, seed)
    bootstrap = spread and len(differences) >= PAIRS_FOR_BCA and design.kind != "resplit"
    name = CORRECTED if design.kind == "resplit" else "paired t"
    return Difference(
        arm=arm,
        control=control,
        pairs=len(differences),
        missing=pairs.missing,
        mean=float(differences.mean()) if len(differences) else None,
        interval=interval and Interval(*map(float, interval)),
        interval_method=f"{100 * (1 - alpha):g} % interval, {name}",
        p=p,
        p_method=p_method,
        bca=bca_interval(differences, alpha=alpha, seed=seed) if bootstrap else None,
    )


def _p(differences: np.ndarray, spread: bool, design: Design, seed: int) -> tuple[float | None, str]:
    if design.kind == "resplit":
        return (corrected_t_p(differences, overlap=design.overlap) if spread else None), CORRECTED
    test, name = (wilcoxon_p, WILCOXON) if design.kind == "datasets" else (sign_flip_p, SIGN_FLIP)
    return (test(differences, seed=seed) if len(differences) else None), name


def verdict_of(
    interval: Interval | None, p_holm: float | None, alpha: float, margin: float, higher_is_better: bool
) -> Verdict:
    """What an interval and a corrected p come to; see `Difference`."""
    if interval is None:
        return "unclear"
    low, high = interval
    if -margin <= low and high <= margin:
        return "equivalent"
    if low <= 0 <= high or p_holm is None or p_holm > alpha:
        return "unclear"
    return "better" if (low > 0) == higher_is_better else "worse"


def _notes(result: Difference, design: Design, arms: int, alpha: float, margin: float) -> Iterator[Note]:
    if result.missing:
        names = ", ".join(map(str, result.missing))
        message = f"No value in {result.arm} or {result.control}: {names}. If that has a cause, what is left is biased."
        yield Note("missing_pairs", message)
    resplit = design.kind == "resplit"
    if result.pairs and not resplit and (limit := cannot_reach(result.pairs, arms, alpha, result.p_method)):
        yield Note("too_few_pairs", limit)
    if design.kind == "fixed":
        yield Note("fixed_split", "The claim is about this test split; other objects may say something else.")
    if result.interval is None:
        yield _without_interval(result)
    else:
        yield from _disagreement(result, alpha, margin)


def _without_interval(result: Difference) -> Note:
    if result.pairs > 1:
        message = (
            f"All {result.pairs} differences are {result.mean:+.3f}: chance cannot be judged. Are the arms the same?"
        )
        return Note("no_spread", message)
    return Note("no_interval", "An interval needs 2 pairs or more.")


def _disagreement(result: Difference, alpha: float, margin: float) -> Iterator[Note]:
    assert result.interval is not None
    low, high = result.interval
    sure = not low <= 0 <= high
    significant = result.p_holm is not None and result.p_holm <= alpha
    if result.verdict == "equivalent":
        if sure and significant:
            yield Note("within_margin", f"There is a difference, but a smaller one than the margin of {margin:g}.")
    elif result.p_holm is not None and sure != significant:
        message = f"The interval {'leaves out' if sure else 'includes'} 0, but p after Holm's correction is "
        yield Note("interval_against_p", f"{message}{short(result.p_holm)}: no verdict without both.")
