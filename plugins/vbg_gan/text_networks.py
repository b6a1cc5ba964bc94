"""The two networks of the text half: one writes, one judges."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from vbg_framework.toolkit import mean_of_real
from vbg_gan.text_config import TextConfig

SLOPE = 0.2  # of LeakyReLU below zero
WINDOW = 3  # words the judge looks at together
NAMED = 4.0  # scale of what facts add to the logits of words, which are then learnt so many times faster

State = tuple[Tensor, ...]


class TextWriter(nn.Module):
    """A recurrent language model that knows what it writes about and starts from noise (eq. 16-17 of the VBG paper).

    What the text is about sets the first state and is part of every input, so that it is not forgotten. The noise z is
    part of every input, as eq. 16 has it: h_t = LSTM(z, h_{t-1}), here beside the last word. What the text is about
    is also added to the logits, so that which of several names stands in a sentence is learnt apart from the sentence.

    Args:
        config: cell, sizes, and length Z of the noise.
        tokens: size of the vocabulary V.
        facts: length C of the vector that says what a text is about.
    """

    def __init__(self, config: TextConfig, *, tokens: int, facts: int) -> None:
        super().__init__()
        self.sizes = [facts, config.latent]
        self.embed = nn.Embedding(tokens, config.embedding)
        self.about = nn.Linear(facts, config.embedding)
        self.start = nn.Linear(config.embedding, config.hidden)
        cell = nn.LSTM if config.cell == "lstm" else nn.GRU
        self.cell = cell(2 * config.embedding + config.latent, config.hidden, batch_first=True)
        self.dropout = nn.Dropout(config.dropout)
        self.words = nn.Linear(config.hidden, tokens)
        self.named = nn.Linear(facts, tokens, bias=False)
        nn.init.zeros_(self.named.weight)

    def forward(self, ids: Tensor, given: Tensor) -> Tensor:
        """(B, T) tokens and (B, C + Z) facts and noise -> (B, T, V) logits of the token after each."""
        return self.read(self.embed(ids), given)[0]

    def read(self, vectors: Tensor, given: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Read (B, T, E) vectors of words after those that led to `state`.

        Args:
            given: (B, C + Z), what the text is about, then its noise.

        Returns:
            (B, T, V) logits, and the state after the last word.
        """
        facts, noise = given.split(self.sizes, dim=1)
        about = torch.tanh(self.about(facts))
        start = state or self._start(about)
        always = torch.cat([about, noise], dim=1)[:, None].expand(-1, vectors.shape[1], -1)
        inputs = torch.cat([self.dropout(vectors), always], dim=2)
        hidden, after = self.cell(inputs, start if isinstance(self.cell, nn.LSTM) else start[0])
        logits = self.words(self.dropout(hidden)) + NAMED * self.named(facts)[:, None]
        return logits, after if isinstance(after, tuple) else (after,)

    def _start(self, about: Tensor) -> State:
        hidden = torch.tanh(self.start(about))[None]  # (1, B, H)
        return (hidden, torch.zeros_like(hidden)) if isinstance(self.cell, nn.LSTM) else (hidden,)


class TextReader(nn.Module):
    """A feed-forward network over windows of three words: one vector per text.

    Args:
        config: sizes.
        tokens: size of the vocabulary V.
    """

    def __init__(self, config: TextConfig, *, tokens: int) -> None:
        super().__init__()
        self.embed = nn.Linear(tokens, config.embedding, bias=False)
        nn.init.normal_(self.embed.weight)  # as nn.Embedding; one of thousands of inputs is 1
        self.window = nn.Sequential(
            nn.Dropout(config.dropout), nn.Linear(WINDOW * config.embedding, config.hidden), nn.LeakyReLU(SLOPE)
        )

    def forward(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """(B, T, V) one-hot tokens and their (B, T) bool mask, True = real token -> (B, H)."""
        return mean_of_real(self.places(self.embed(tokens), mask), mask)

    def places(self, vectors: Tensor, mask: Tensor) -> Tensor:
        """(B, T, E) vectors of words -> (B, T, H), one per window; 0 where there is no word."""
        padded = nn.functional.pad(vectors * mask[..., None], (0, 0, 0, WINDOW - 1))
        length = vectors.shape[1]
        windows = torch.cat([padded[:, index : index + length] for index in range(WINDOW)], dim=2)
        return self.window(windows) * mask[..., None]


class TextJudge(nn.Module):
    """Tells of a text whether it is real or written, and what it is about.

    Args:
        config: sizes.
        tokens: size of the vocabulary V.
        sizes: number of classes, then of values of each attribute.
    """

    def __init__(self, config: TextConfig, *, tokens: int, sizes: Sequence[int]) -> None:
        super().__init__()
        self.sizes = list(sizes)
        self.reader = TextReader(config, tokens=tokens)
        self.heads = nn.Linear(config.hidden, 1 + sum(self.sizes))

    def forward(self, tokens: Tensor, mask: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Judge texts.

        Args:
            tokens: (B, T, V), one-hot.
            mask: (B, T) bool, True = real token.

        Returns:
            (B,) logits, high = real, and (B, classes or values) logits of the class and of each attribute.
        """
        real, *about = self.heads(self.reader(tokens, mask)).split([1, *self.sizes], dim=1)
        return real.squeeze(1), tuple(about)
