"""Plugin `ensemble`: a fitted head that holds fitted heads and learns out of fold how much each counts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from vbg_framework import Component, Config, Part, hookimpl

Share = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]

VIEWS: Any = {
    "metadata": {"metadata": 1},
    "image-15": {"image": 0.15, "text": 0.85},
    "image-35": {"image": 0.35, "text": 0.65},
    "image-50": {"image": 0.5, "text": 0.5},
    "image-65": {"image": 0.65, "text": 0.35},
    "all": {"image": 0.28, "text": 0.52, "metadata": 0.2},
}
MEMBERS: Any = {
    "ridge": {"type": "ridge"},
    "logistic-3": {"type": "logistic_regression", "standardise": False, "c": 3.0},
    "logistic-30": {"type": "logistic_regression", "standardise": False, "c": 30.0},
    "rbf": {"type": "ridge", "kernel": "rbf", "gamma": 0.3, "landmarks": 500},
    "neighbours": {"type": "neighbours"},
    "trees": {"type": "extra_trees", "n_estimators": 100},
}


class EnsembleConfig(Config):
    """Which heads are tried, on what, and for how long."""

    members: dict[str, Part[Literal["classifier"]]] = Field(MEMBERS, min_length=1)
    """Name -> a classifier that is fitted: a name from `classifiers`, or `{type: ..., options}`."""
    views: Annotated[dict[str, dict[str, Share]], Field(min_length=1)] = VIEWS
    """Name -> modality -> how much it counts; encoders of one modality share it alike. Modalities a model does not read
    are left out; of views that are then alike the first is kept."""
    only: dict[str, list[str]] = {"trees": ["metadata"]}
    """Member -> the views it is tried on; members not named here are tried on every view."""
    components: Count = 384
    """Most numbers a view is reduced to (principal components)."""
    folds: Annotated[int, Field(ge=2)] = 5
    """Folds of records where the experiment gives none (`train.folds`)."""
    bags: Count = 8
    """Selections that are averaged; each may choose among half of the members."""
    rounds: Count = 25
    """Members each selection chooses, one at a time, with replacement."""
    prior_shift: bool = True
    """True = classes are weighed by their counts as macro-F1 out of fold likes best; only with one label per record."""
    budget: Annotated[float, Field(gt=0)] | None = None
    """Minutes after which no further member is tried; null = all are. A run with a budget may not be repeatable."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the head."""
    tiny = {
        "members": {"ridge": {"type": "ridge"}, "neighbours": {"type": "neighbours"}}, "bags": 2, "rounds": 5,
        "views": {"all": {"image": 1, "text": 1, "metadata": 1}}, "folds": 3,
    }  # fmt: skip
    return [Component("classifier", "ensemble", EnsembleConfig, "vbg_ensemble.head:Ensemble", tiny)]
