"""Plugin `text_transforms`: random changes of catalogue texts in training, the control for generated texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field, field_validator

from vbg_framework import Component, Config, hookimpl

Probability = Annotated[float, Field(ge=0, le=1)]


class TextTransformsConfig(Config):
    """Which random changes the texts of a training batch undergo."""

    drop: Annotated[float, Field(ge=0, lt=1)] = 0.1
    """Probability of a field to be left out; one field always stays."""
    shuffle: bool = True
    """Read the fields in random order."""
    replace: Probability = 0.3
    """Probability of a word that has synonyms to be replaced by one of them."""
    synonyms: list[Annotated[list[str], Field(min_length=2)]] = []
    """Lists of words or phrases that mean the same, such as [celadon, green-glazed ware]."""

    @field_validator("synonyms")
    @classmethod
    def _every_phrase_has_one_meaning(cls, synonyms: list[list[str]]) -> list[list[str]]:
        known: set[str] = set()
        for phrase in (phrase for group in synonyms for phrase in group):
            key = " ".join(phrase.split()).casefold()
            if not key or key in known:
                raise ValueError(f"every phrase must hold words and stand once, got '{phrase}'")
            known.add(key)
        return synonyms


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the augmenter `text_transforms`."""
    target = "vbg_text_transforms.augmenter:TextTransforms"
    tiny = {"drop": 0.3, "replace": 0.5, "synonyms": [["bowl", "shallow dish"], ["Delft", "Holland"]]}
    return [Component("augmenter", "text_transforms", TextTransformsConfig, target, tiny=tiny)]
