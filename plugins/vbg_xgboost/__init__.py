"""Plugin `xgboost`: gradient-boosted trees, fitted on what frozen encoders say."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl

Size = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0, le=1)]


class XgboostConfig(Config):
    """Boosted trees, fitted to the end: no steps."""

    n_estimators: Size = 300
    """Rounds of boosting; each adds a tree per class."""
    max_depth: Size = 6
    """Most questions a tree asks in a row."""
    learning_rate: Share = 0.1
    """Shrinkage of every tree (eta)."""
    subsample: Share = 0.8
    """Share of the records sampled for each tree."""
    colsample_bytree: Share = 0.5
    """Share of the features that each tree may ask about."""
    min_child_weight: Annotated[float, Field(ge=0)] = 1.0
    """Least weight of the records in a leaf; larger = simpler."""
    reg_lambda: Annotated[float, Field(ge=0)] = 1.0
    """L2 penalty on the leaf weights."""
    threads: Size | None = None
    """CPU threads; null = as many as OMP_NUM_THREADS says, else all."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the classifier."""
    return [
        Component(
            kind="classifier",
            name="xgboost",
            config=XgboostConfig,
            target="vbg_xgboost.classifier:XgboostClassifier",
            tiny={"n_estimators": 10, "max_depth": 3, "learning_rate": 0.5, "threads": 1},
            hint='pip install "vbg-framework[xgboost]"',
        )
    ]
