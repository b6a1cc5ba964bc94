"""Plugin `textcnn`: convolutions over the words of a text, trained from scratch."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl

Size = Annotated[int, Field(ge=1)]


class TextcnnConfig(Config):
    """How the words of a text are read, and how many at a time."""

    max_length: Annotated[int, Field(ge=2)] = 128
    """Longest text in tokens, the start token included; the rest is cut off."""
    vocab_size: Annotated[int, Field(ge=32)] = 20000
    """Most words, the most frequent ones of the training texts; others count as unknown."""
    embedding: Size = 300
    """Features of a word."""
    widths: Annotated[tuple[Size, ...], Field(min_length=1)] = (3, 4, 5)
    """Words that a filter sees at a time."""
    filters: Size = 100
    """Filters of each width; D is their sum over all widths."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Dropout of the pooled filter responses. The classifier `softmax` has the original's 0.5 already."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the encoder."""
    tiny = {"vocab_size": 200, "max_length": 32, "embedding": 16, "filters": 4}
    return [
        Component("encoder", "textcnn", TextcnnConfig, "vbg_textcnn.encoder:TextcnnEncoder", tiny, modalities=("text",))
    ]
