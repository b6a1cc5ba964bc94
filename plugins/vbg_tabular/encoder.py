"""The metadata encoder: one token per field. B records, P fields of numbers, Q fields of words, D features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vbg_framework import Encoder, Features, Processor
from vbg_tabular import TabularConfig
from vbg_tabular.fields import Fields, learn
from vbg_tabular.processor import OTHER, MetadataProcessor

FIELDS = "fields.json"


class TabularEncoder(Encoder):
    """A transformer over the fields (FT-Transformer, Gorishniy et al. 2021, https://arxiv.org/abs/2106.11959).

    A number becomes the token x * w + b of its field, a word an embedding plus the field's b. A token of its own
    stands first and reads the others; it is `pooled`, and the one token that is never masked. Layers are pre-norm with
    GELU; the original has ReGLU.
    """

    modality = "metadata"
    starts: Tensor

    def __init__(self, config: TabularConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.fields = Fields.model_validate_json((assets / FIELDS).read_text(encoding="utf-8"))
        self.dim = config.dim
        sizes = [len(each.values) + 1 for each in self.fields.words]
        starts = [0, *accumulate(sizes)]
        self.register_buffer("starts", torch.tensor(starts[:-1], dtype=torch.long), persistent=False)
        self.first_embedding, self.slope_embedding = self._weights(1), self._weights(len(self.fields.numbers))
        self.offset_embedding = self._weights(len(self.fields.numbers) + len(sizes))
        self.word_embedding = self._weights(max(1, starts[-1]))
        self.word_embedding.data[[start + OTHER for start in starts[:-1]]] = 0  # words nobody has seen add nothing
        self.layers = nn.ModuleList(layer(config) for _ in range(config.layers))
        self.norm = nn.LayerNorm(self.dim)

    def _weights(self, count: int) -> nn.Parameter:
        return nn.Parameter((2 * torch.rand(count, self.dim) - 1) * self.dim**-0.5)

    @classmethod
    def prepare(cls, config: TabularConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write what is learnt about the fields of the training records.

        Raises:
            VBGError: an option names an unknown field, or no field can be used.
        """
        (assets / FIELDS).write_text(learn(items, config).model_dump_json(), encoding="utf-8")

    def processor(self, train: bool) -> Processor:
        """Metadata -> {"numbers": (B, P), "words": (B, Q), "mask": (B, P + Q)}."""
        return MetadataProcessor(self.fields, self.config)

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """-> tokens (B, 1 + P + Q, D), masked where a field is missing."""
        numbers = inputs["numbers"][..., None] * self.slope_embedding  # (B, P, D)
        words = nn.functional.embedding(inputs["words"] + self.starts, self.word_embedding)  # (B, Q, D)
        fields = torch.cat([numbers, words], dim=1) + self.offset_embedding
        tokens = torch.cat([self.first_embedding.expand(len(fields), 1, -1), fields], dim=1)
        mask = nn.functional.pad(inputs["mask"], (1, 0), value=True)
        for each in self.layers:
            tokens = each(tokens, src_key_padding_mask=~mask)
        tokens = self.norm(tokens)
        return Features(tokens, mask, tokens[:, 0])


def layer(config: TabularConfig) -> nn.Module:
    """One pre-norm transformer layer, its feed-forward part twice as wide as its tokens."""
    return nn.TransformerEncoderLayer(
        config.dim,
        config.heads,
        dim_feedforward=2 * config.dim,
        dropout=config.dropout,
        activation="gelu",
        batch_first=True,
        norm_first=True,
    )
