"""Many-shot, medium-shot and few-shot classes, and the recall of each group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np

Shot = Literal["many", "medium", "few"]
SHOTS: tuple[Shot, ...] = ("many", "medium", "few")


def shots(counts: Mapping[str, int], *, many: int = 100, few: int = 20) -> dict[str, Shot]:
    """Call every class `many` (more than 100 training records), `few` (fewer than 20) or `medium`.

    Source: Liu et al., "Large-scale long-tailed recognition in an open world", CVPR 2019.

    Args:
        counts: class -> real training records.
        many: a class with more is `many`.
        few: a class with fewer is `few`.
    """
    return {name: "many" if count > many else "few" if count < few else "medium" for name, count in counts.items()}


def shot_recalls(
    recalls: Mapping[str, float | None], counts: Mapping[str, int], *, many: int = 100, few: int = 20
) -> dict[Shot, float | None]:
    """Mean recall over the classes of each kind, 0..1; None for a kind without a class that was tested.

    Of one replicate it is a metric like any other, and goes through `compare`.

    Args:
        recalls: class -> recall; None = not tested.
        counts: class -> real training records.
        many: as for `shots`.
        few: as for `shots`.
    """
    kinds = shots(counts, many=many, few=few)
    results = {shot: [r for name, r in recalls.items() if r is not None and kinds[name] == shot] for shot in SHOTS}
    return {shot: float(np.mean(values)) if values else None for shot, values in results.items()}
