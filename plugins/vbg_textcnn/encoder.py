"""The text encoder with convolutions. B texts, T words, D filters of all widths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from vbg_framework import Features
from vbg_framework.toolkit import TokenEncoder, learn_words
from vbg_textcnn import TextcnnConfig

VOCABULARY = "tokenizer.json"


class TextcnnEncoder(TokenEncoder):
    """Filters over 3, 4 and 5 words, ReLU, and the maximum over the text (Kim 2014, https://arxiv.org/abs/1408.5882).

    `pooled` is the maximum over the real words, and `tokens` what it is taken of. Unlike in the original, a filter may
    reach beyond the ends of a text, so that there is one token per word, and word vectors are not pre-trained.
    """

    def __init__(self, config: TextcnnConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.tokenizer = Tokenizer.from_file(str(assets / VOCABULARY))
        self.words = nn.Embedding(self.tokenizer.get_vocab_size(), config.embedding, padding_idx=0)
        self.filters = nn.ModuleList(
            nn.Sequential(
                nn.ZeroPad1d(((width - 1) // 2, width // 2)), nn.Conv1d(config.embedding, config.filters, width)
            )
            for width in config.widths
        )
        self.dropout = nn.Dropout(config.dropout)
        self.dim = config.filters * len(config.widths)

    @classmethod
    def prepare(cls, config: TextcnnConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write the words of the training texts."""
        learn_words(items, config.vocab_size, config.max_length).save(str(assets / VOCABULARY))

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"ids": (B, T), "mask": (B, T)} -> tokens (B, T, D)."""
        mask = inputs["mask"]
        words = self.words(inputs["ids"]).transpose(1, 2)  # (B, E, T), padding is zero
        result = torch.cat([convolve(words) for convolve in self.filters], dim=1).relu()  # (B, D, T)
        result = self.dropout(result.transpose(1, 2) * mask[..., None])  # never below zero, so masked words never win
        return Features(result, mask, result.amax(dim=1))


def bank(dim: int, count: int, width: int) -> nn.Module:
    """Filters over `width` words, one answer per word: (B, dim, T) -> (B, count, T)."""
    return nn.Sequential(nn.ZeroPad1d(((width - 1) // 2, width // 2)), nn.Conv1d(dim, count, width))
