"""The records behind the cells of a confusion matrix that lie off its diagonal. C classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SHOWN = 12
"""Records that a cell lists at most."""


def confused(
    matrix: Sequence[Sequence[int]], classes: Sequence[str], wrong: Iterable[Mapping[str, Any]], linked: str
) -> list[dict[str, Any]]:
    """The cells that are not zero, the largest first.

    Args:
        matrix: (C, C) counts of the true class (rows) by the predicted one.
        classes: C names.
        wrong: wrong answers, the surest first, with `true` and `predicted`.
        linked: what the names of cells begin with.

    Returns:
        `name` (`<linked>-<row>-<column>`), `true`, `predicted`, `count`, `support` (of the true class) and `rows`: the
        surest 12 of the wrong answers.
    """
    rows: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in wrong:
        of_cell = rows.setdefault((row["true"], row["predicted"]), [])
        if len(of_cell) < SHOWN:
            of_cell.append(row)
    cells: list[dict[str, Any]] = [
        {"name": f"{linked}-{i}-{j}", "true": true, "predicted": predicted, "count": matrix[i][j],
         "support": sum(matrix[i]), "rows": rows.get((true, predicted), [])}
        for i, true in enumerate(classes)
        for j, predicted in enumerate(classes)
        if i != j and matrix[i][j]
    ]  # fmt: skip
    return sorted(cells, key=lambda cell: -cell["count"])
