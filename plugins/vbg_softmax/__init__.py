"""Plugin `softmax`: one linear head per task with dropout, an explicit L2 penalty and a masked loss."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vbg_framework.hookspecs import hookimpl
from vbg_framework.spec import Component, Config


class SoftmaxConfig(Config):
    """Options of the classifier `softmax`."""

    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.5
    """Share of the joined vector dropped in training."""
    l2: Annotated[float, Field(ge=0)] = 0.001
    """Weight of the penalty: the sum of squared head weights, added to the loss."""
    class_weights: Literal["none", "balanced", "sqrt"] = "none"
    """How much a label counts. balanced: inversely to the training count of its class. sqrt: to its square root."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the classifier."""
    return [
        Component(
            kind="classifier",
            name="softmax",
            config=SoftmaxConfig,
            target="vbg_softmax.classifier:SoftmaxClassifier",
            tiny={"dropout": 0.1},
        )
    ]
