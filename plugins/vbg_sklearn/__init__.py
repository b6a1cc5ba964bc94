"""Plugin `sklearn`: classifiers of scikit-learn and relatives, fitted on what frozen encoders say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vbg_framework import Component, Config, hookimpl


class LogisticRegressionConfig(Config):
    """A linear head, fitted to the end: no steps, no learning rate."""

    c: Annotated[float, Field(gt=0)] = 1.0
    """Inverse strength of the L2 penalty; smaller = simpler."""
    standardise: bool = True
    """True = features are standardised: mean 0 and standard deviation 1 over the training records."""
    class_weights: Literal["none", "balanced"] = "none"
    """Class weights in the loss. balanced: inverse class frequency."""
    max_iter: Annotated[int, Field(ge=1)] = 1000
    """Most iterations of the solver; scikit-learn warns where they do not suffice."""


class LinearSvmConfig(LogisticRegressionConfig):
    """A linear support vector machine, one class against the rest."""

    c: Annotated[float, Field(gt=0)] = 0.01
    """Inverse strength of the L2 penalty; smaller = simpler."""


class RidgeConfig(Config):
    """Least squares with probabilities; how strong its penalty is, it finds by leaving out each record in turn."""

    kernel: Literal["linear", "rbf"] = "linear"
    """linear: on the features. rbf: on a Nystroem approximation with landmarks among the training vectors."""
    gamma: Annotated[float, Field(gt=0)] = 1.0
    """Of `kernel: rbf`: likeness is exp(-gamma x squared distance / mean squared distance from the centre)."""
    landmarks: Annotated[int, Field(ge=1)] = 1000
    """Of `kernel: rbf`: most landmarks."""
    balance: Annotated[float, Field(ge=0, le=1)] = 0.5
    """How much more a record of a scarce class counts: the count of its class to the power of minus this. 1 = every
    class counts as much as any other."""


class NeighboursConfig(Config):
    """Nearest neighbours by angle."""

    neighbours: Annotated[int, Field(ge=1)] = 15
    """Training vectors that vote."""
    width: Annotated[float, Field(gt=0)] = 0.1
    """Difference of cosines by which a vote becomes e times smaller."""


class ExtraTreesConfig(Config):
    """Extremely randomised trees."""

    n_estimators: Annotated[int, Field(ge=1)] = 200
    """Trees."""
    max_features: Annotated[float, Field(gt=0, le=1)] = 0.1
    """Share of the features each question is chosen among."""
    min_samples_leaf: Annotated[int, Field(ge=1)] = 2
    """Fewest records in a leaf; more = simpler."""
    class_weights: Literal["none", "balanced"] = "none"
    """Class weights in the loss. balanced: inverse class frequency."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the heads."""
    folder = "vbg_sklearn.classifier"
    return [
        Component(
            "classifier", "logistic_regression", LogisticRegressionConfig, f"{folder}:LogisticRegressionClassifier"
        ),
        Component("classifier", "linear_svm", LinearSvmConfig, f"{folder}:LinearSvmClassifier", {"c": 1}),
        Component("classifier", "ridge", RidgeConfig, "vbg_sklearn.ridge:RidgeClassifier"),
        Component("classifier", "neighbours", NeighboursConfig, "vbg_sklearn.neighbours:NeighboursClassifier"),
        Component(
            "classifier",
            "extra_trees",
            ExtraTreesConfig,
            "vbg_sklearn.forest:ExtraTreesClassifier",
            {"n_estimators": 20, "max_features": 1},
        ),
    ]
