"""Whether several people say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float | None:
    """Krippendorff's alpha for categories without an order: 1 = all agree, 0 = as much as by chance, below 0 = less.

    alpha = 1 - (n - 1) sum_c (n_c - o_cc) / (n^2 - sum_c n_c^2), with o the coincidences of pairs within units. Source:
    Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011.

    Args:
        units: what was said of each thing, by any number of people; units with fewer than two answers do not count.

    Returns:
        None where it is not defined: no unit has two answers, or everybody says the same of everything.
    """
    totals, disagreement = Counter[Hashable](), 0.0
    for unit in units:
        if len(unit) < 2:
            continue
        counts = Counter(unit)
        totals.update(counts)
        disagreement += (len(unit) ** 2 - sum(count**2 for count in counts.values())) / (len(unit) - 1)
    n = totals.total()
    expected = n**2 - sum(count**2 for count in totals.values())
    return 1 - (n - 1) * disagreement / expected if expected else None
