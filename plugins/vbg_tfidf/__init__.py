"""Plugin `tfidf`: weighted word counts as features of a text, without any network."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from vbg_framework import Component, Config, hookimpl

Size = Annotated[int, Field(ge=1)]


class TfidfConfig(Config):
    """Which words or pieces of words are counted. Nothing is trained: what it says is always cached."""

    analyzer: Literal["word", "char_wb"] = "word"
    """word: words of two characters or more. char_wb: pieces of words, for scripts without spaces and odd spellings."""
    ngram_range: tuple[Size, Size] = (1, 1)
    """Shortest and longest run of words (or characters) that counts as one term."""
    min_df: Size = 2
    """Terms in fewer training texts are left out."""
    max_features: Size = 5000
    """Most terms, the most frequent ones; this is D. A record takes 8 x D bytes in the cache of features."""
    sublinear: bool = False
    """True = a term that occurs n times counts 1 + ln(n) instead of n."""

    @model_validator(mode="after")
    def _shortest_first(self) -> TfidfConfig:
        shortest, longest = self.ngram_range
        if shortest > longest:
            raise ValueError(f"`ngram_range` must be [shortest, longest], got [{shortest}, {longest}]")
        return self


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the encoder."""
    return [
        Component(
            "encoder", "tfidf", TfidfConfig, "vbg_tfidf.encoder:TfidfEncoder", {"min_df": 1}, modalities=("text",)
        )
    ]
