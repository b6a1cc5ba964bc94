"""Answers of a model as cells of a table. Tables and frames of predictions have the same columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vbg_framework.learning.prediction.prediction import Prediction
    from vbg_framework.learning.prediction.saved import SavedModel


def answer_columns(model: SavedModel, probabilities: bool) -> dict[str, type]:
    """Column -> type of its cells, in their order; with `probabilities` one for every class of every task."""
    columns: dict[str, type] = {"id": str}
    for name, task in model.tasks.items():
        columns |= {name: str, f"{name}_confidence": float}
        columns |= {f"{name}_set": str} if model.confidence[name].least is not None else {}
        columns |= {f"{name}: {label}": float for label in task.classes} if probabilities else {}
    return columns | {"problem": str}


def answer_cells(model: SavedModel, said: Prediction) -> dict[str, Any]:
    """Column -> cell of one answer, the probabilities of all classes among them; None = no answer."""
    cells: dict[str, Any] = {"id": said.id}
    for name, task in model.tasks.items():
        probabilities = said.probabilities.get(name, {})
        chosen = said.classes.get(name)
        cells[name] = "|".join(chosen) if isinstance(chosen, tuple) else chosen
        cells[f"{name}_confidence"] = max(probabilities.values(), default=None)
        if model.confidence[name].least is not None:
            cells[f"{name}_set"] = "|".join(said.sets[name]) if name in said.sets else None
        cells |= {f"{name}: {label}": probabilities.get(label) for label in task.classes}
    return cells | {"problem": said.problem}
