"""Plugin `sklearn`: linear classifiers of scikit-learn, fitted on what frozen encoders say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vbg_framework import Component, Config, hookimpl


class LogisticRegressionConfig(Config):
    """A linear head, fitted to the end: no steps, no learning rate."""

    c: Annotated[float, Field(gt=0)] = 1.0
    """Inverse strength of the L2 penalty; smaller = simpler."""
    standardise: bool = True
    """True = every feature is first brought to mean 0 and deviation 1 over the training records."""
    class_weights: Literal["none", "balanced"] = "none"
    """How much a label counts. balanced: inversely to the training count of its class."""
    max_iter: Annotated[int, Field(ge=1)] = 1000
    """Most iterations of the solver; scikit-learn warns where they do not suffice."""


class LinearSvmConfig(LogisticRegressionConfig):
    """A linear support vector machine, one class against the rest."""

    c: Annotated[float, Field(gt=0)] = 0.01
    """Inverse strength of the L2 penalty; smaller = simpler."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare both."""
    folder = "vbg_sklearn.classifier"
    return [
        Component(
            "classifier", "logistic_regression", LogisticRegressionConfig, f"{folder}:LogisticRegressionClassifier"
        ),
        Component("classifier", "linear_svm", LinearSvmConfig, f"{folder}:LinearSvmClassifier", {"c": 1}),
    ]
