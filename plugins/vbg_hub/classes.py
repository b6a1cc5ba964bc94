"""Names of classes in place of their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import datasets


def named(row: Mapping[str, Any], features: datasets.Features) -> dict[str, Any]:
    """The row with the names of the classes of every `ClassLabel`; -1 is a missing label."""
    results = dict(row)
    for column, value in row.items():
        feature = features.get(column)
        inner = getattr(feature, "feature", feature)
        if isinstance(inner, datasets.ClassLabel) and value is not None:
            results[column] = [_name(inner, n) for n in value] if isinstance(value, list) else _name(inner, value)
    return results


def _name(feature: datasets.ClassLabel, cell: Any) -> Any:
    """A cell that is no number is a name already."""
    try:
        number = int(cell)
    except (TypeError, ValueError):
        return cell
    return feature.names[number] if 0 <= number < len(feature.names) else None
