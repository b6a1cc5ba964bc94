"""Plugin `feature_transfer`: vectors of scarce classes that vary as well-filled classes do, and two controls of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from vbg_framework import Component, Config, hookimpl


class FeatureTransferConfig(Config):
    """How the spread of well-filled classes is lent to scarce ones."""

    method: Literal["deviations", "gaussian"] = "deviations"
    """deviations: an example plus what examples of other classes differ from their mean by. gaussian: drawn from a
    normal distribution about the example and the nearest classes."""
    head: Annotated[int, Field(ge=2)] = 20
    """Other classes with so many training vectors lend their spread; if none has as many, the largest one does."""
    nearest: Annotated[int, Field(ge=1)] | None = None
    """Only so many of them, those whose means lie nearest to that of the scarce class; null = all of them."""
    strength: Annotated[float, Field(ge=0)] = 1.0
    """What deviations are multiplied by; 0 = copies."""
    mixture: Literal[1, 2] = 1
    """Of `deviations`: how many are joined in a new vector; two are weighted at random so that their spread stays."""
    tukey: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Of `gaussian`: vectors are drawn in this power of their absolute values, signs kept; 1 = as they are."""
    spread: Annotated[float, Field(ge=0)] = 0.0
    """Of `gaussian`: added to every element of the covariance."""


class EmbeddingCopiesConfig(Config):
    """No options."""


class EmbeddingJitterConfig(Config):
    """How far examples are moved."""

    strength: Annotated[float, Field(ge=0)] = 1.0
    """Standard deviation of the noise, in units of that within classes, feature by feature."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the augmenter `feature_transfer`, and `embedding_copies` and `embedding_jitter` to compare it with."""
    folder = "vbg_feature_transfer"
    return [
        Component("augmenter", "feature_transfer", FeatureTransferConfig, f"{folder}.augmenter:FeatureTransfer"),
        Component("augmenter", "embedding_copies", EmbeddingCopiesConfig, f"{folder}.controls:EmbeddingCopies"),
        Component("augmenter", "embedding_jitter", EmbeddingJitterConfig, f"{folder}.controls:EmbeddingJitter"),
    ]
