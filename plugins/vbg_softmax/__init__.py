"""Plugin `softmax`: neural heads (linear, MLP, cosine) that share one masked loss with an explicit L2 penalty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from vbg_framework import Component, Config, Part, hookimpl

Share = Annotated[float, Field(ge=0, lt=1)]
NotNegative = Annotated[float, Field(ge=0)]
CROSS_ENTROPY: Any = "cross_entropy"
BESIDE = {"cross_entropy": "label_smoothing", "focal": "gamma"}
"""Loss -> its option that stood beside it before losses were components."""


class SoftmaxConfig(Config):
    """Options of the classifier `softmax`."""

    dropout: Share = 0.5
    """Share of the joined vector dropped in training."""
    l2: NotNegative = 0.001
    """Weight of the penalty: the sum of squared weights of the classifier, added to the loss."""
    class_weights: Literal["none", "balanced", "sqrt"] = "none"
    """Class weights in the loss. balanced: inverse class frequency. sqrt: its square root."""
    loss: Part[Literal["loss"]] = CROSS_ENTROPY
    """The loss: a name, or `{type: ..., options}`. cross_entropy, focal, or one that another package offers."""
    logit_adjustment: NotNegative = 0.0
    """Logit adjustment: factor of the log class prior added to the logits in the loss; not for multi-label tasks."""

    @model_validator(mode="before")
    @classmethod
    def _options_of_the_loss_stood_beside_it(cls, given: Any) -> Any:
        """`gamma` and `label_smoothing`, as runs of before have them, become options of the loss they belong to."""
        loss = given.get("loss", CROSS_ENTROPY) if isinstance(given, Mapping) else None
        name = loss.get("type") if isinstance(loss, Mapping) else loss
        if name not in BESIDE or not {*BESIDE.values()} & {*given}:
            return given
        rest = {key: value for key, value in given.items() if key not in BESIDE.values()}
        if name == "focal" and given.get("label_smoothing"):
            raise ValueError(f"label_smoothing: must be 0 with loss focal, got {given['label_smoothing']}")
        own = {BESIDE[name]: given[BESIDE[name]]} if BESIDE[name] in given else {}
        return rest | {"loss": {"type": name, **own, **(loss if isinstance(loss, Mapping) else {})}}


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
