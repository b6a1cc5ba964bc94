"""Options of the text half. Light."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from vbg_framework import Config

Count = Annotated[int, Field(ge=1)]
Steps = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, lt=1)]


class TextConfig(Config):
    """The text of a new image-text pair."""

    mode: Literal["lstm", "template", "none"] = "lstm"
    """lstm: a language model. template: training texts with other names put in. none: images only."""
    table: str | None = None
    """An edited category-attribute table (YAML); a relative path is also looked up below VBG_DATA. null = learnt."""
    patterns: dict[str, list[str]] = {}
    """Of `template`: text field -> sentences such as `A {form} from {kiln}`. Other fields follow training texts."""
    cell: Literal["lstm", "gru"] = "lstm"
    """Kind of recurrent network."""
    hidden: Count = 512
    """Its units."""
    embedding: Count = 256
    """Size of the vector of a word."""
    latent: Steps = 32
    """Size of the noise vector a text is generated from, besides its condition; 0 = none."""
    dropout: Share = 0.3
    """Share of inputs and outputs of the network that are set to zero in training."""
    vocabulary: Count = 8000
    """Most words kept, the commonest; names of classes and values always are."""
    max_length: Count = 128
    """Longest text in words and signs; the rest is cut off."""
    batch_size: Count = 64
    """Texts per step."""
    pretrain_steps: Count = 1000
    """Steps of language modelling (next token) on the training texts."""
    pretrain_learning_rate: Positive = 2e-3
    """Adam learning rate of these steps."""
    adversarial_steps: Steps = 0
    """Steps against the text discriminator after that."""
    learning_rate: Positive = 1e-4
    """Adam learning rate of these steps, of both networks."""
    pair_weight: Annotated[float, Field(ge=0)] = 0.0
    """Weight of the pair critic in these steps: does a text go with the picture beside it? 0 = none."""
    temperature: Positive = 1.0
    """Of writing: below 1 more usual texts, above 1 more unusual ones."""
