"""Options of the discriminator's trunks as encoders. Light."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vbg_framework import Config

Count = Annotated[int, Field(ge=1)]


class ImageTrunkConfig(Config):
    """The four convolutions of the GAN's discriminator, from scratch or out of a fitted GAN."""

    weights: str | None = None
    """A `discriminator.safetensors` that a fitted `gan` left, of the same width; null = from scratch."""
    image_size: Annotated[int, Field(ge=16)] = 224
    """Pixels; 16 of them across make a token."""
    width: Annotated[int, Field(ge=8, multiple_of=8)] = 512
    """Channels of the last convolution, D; the first has an eighth."""


class TextTrunkConfig(Config):
    """The feed-forward network over windows of three words of the GAN's discriminator, from scratch."""

    max_length: Annotated[int, Field(ge=2)] = 128
    """Longest text in tokens, the start token included; the rest is cut off."""
    vocab_size: Annotated[int, Field(ge=32)] = 8000
    """Most words, the most frequent ones of the training texts; others count as unknown."""
    embedding: Count = 256
    """Features of a word."""
    hidden: Count = 512
    """Features of a window, D."""
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.3
    """Share of the features of words that are set to zero in training."""
