"""Plugin `softmax`: neural heads (linear, MLP, cosine) that share one masked loss with an explicit L2 penalty."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Share = Annotated[float, Field(ge=0, lt=1)]
NotNegative = Annotated[float, Field(ge=0)]


class SoftmaxConfig(Config):
    """Options of the classifier `softmax`."""

    dropout: Share = 0.5
    """Share of the joined vector dropped in training."""
    l2: NotNegative = 0.001
    """Weight of the penalty: the sum of squared weights of the classifier, added to the loss."""
    class_weights: Literal["none", "balanced", "sqrt"] = "none"
    """Class weights in the loss. balanced: inverse class frequency. sqrt: its square root."""
    loss: Literal["cross_entropy", "focal"] = "cross_entropy"
    """focal: focal loss, cross-entropy scaled by (1 - p)^gamma (Lin et al. 2017)."""
    gamma: NotNegative = 2.0
    """Focusing parameter of `loss: focal`; p is the probability of the true class."""
    label_smoothing: Share = 0.0
    """Share of a label that is spread evenly over all classes; only with `loss: cross_entropy`."""
    logit_adjustment: NotNegative = 0.0
    """Logit adjustment: factor of the log class prior added to the logits in the loss; not for multi-label tasks."""

    @model_validator(mode="after")
    def _smoothing_is_for_cross_entropy(self) -> SoftmaxConfig:
        if self.label_smoothing and self.loss == "focal":
            raise ValueError(f"label_smoothing: must be 0 with loss focal, got {self.label_smoothing}")
        return self


class MlpConfig(SoftmaxConfig):
    """Options of the classifier `mlp`."""

    hidden: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)] = (256,)
    """Sizes of the hidden layers, which all tasks share."""
    activation: Literal["gelu", "relu", "tanh"] = "gelu"
    """Activation function after every hidden layer."""
    dropout: Share = 0.5
    """Share of the joined vector, and of every hidden one, dropped in training."""


class CosineConfig(SoftmaxConfig):
    """Options of the classifier `cosine`."""

    scale: Annotated[float, Field(gt=0)] = 16.0
    """Scale (inverse temperature) of the cosine logits."""
    learn_scale: bool = True
    """Whether the scale is trainable, one per task, initialised with `scale`."""
    l2: NotNegative = 0.0
    """Weight of the penalty on the sum of squared weights, whose length does not matter here."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the classifiers."""
    return [
        Component(
            kind="classifier",
            name="softmax",
            config=SoftmaxConfig,
            target="vbg_softmax.classifier:SoftmaxClassifier",
            tiny={"dropout": 0.1},
        ),
        Component(
            kind="classifier",
            name="mlp",
            config=MlpConfig,
            target="vbg_softmax.mlp:MlpClassifier",
            tiny={"dropout": 0.1, "hidden": [16]},
        ),
        Component(
            kind="classifier",
            name="cosine",
            config=CosineConfig,
            target="vbg_softmax.cosine:CosineClassifier",
            tiny={"dropout": 0.1},
        ),
    ]
