"""Plugin `smote`: new vectors between those of scarce records, the oldest remedy against scarcity."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl


class EmbeddingSmoteConfig(Config):
    """Between which vectors new ones are made."""

    neighbours: Annotated[int, Field(ge=1)] = 5
    """Nearest neighbours (k) of SMOTE: a new vector is interpolated between a vector and one of its k neighbours of
    the class."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the augmenter `embedding_smote`."""
    target, hint = "vbg_smote.augmenter:EmbeddingSmote", 'pip install "vbg-framework[smote]"'
    return [Component("augmenter", "embedding_smote", EmbeddingSmoteConfig, target, hint=hint)]
