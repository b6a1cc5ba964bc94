"""What a model says of one record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vbg_framework.base.notebook import html_table


@dataclass(frozen=True)
class Prediction:
    """What a model says about one record.

    Args:
        id: the record's id.
        classes: task -> most probable class; for a multi-label task the classes above one half, as a tuple.
        probabilities: task -> class -> probability.
        sets: task -> the classes that may be right, the most probable one first; without tasks that have no sets.
        problem: what could not be read of the record, in words; "" = nothing. A record of which the model can read
            nothing gets no class: then `classes`, `probabilities` and `sets` are empty.
    """

    id: str
    classes: Mapping[str, Any] = field(default_factory=dict)
    probabilities: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    sets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problem: str = ""

    def _repr_html_(self) -> str:
        facts = {
            task: f"{chosen} ({max(self.probabilities[task].values()):.2f})" for task, chosen in self.classes.items()
        }
        return html_table(f"Prediction {self.id}", facts | ({"problem": self.problem} if self.problem else {}))
