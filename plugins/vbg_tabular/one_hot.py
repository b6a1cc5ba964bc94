"""The metadata encoder without weights. B records, P fields of numbers, Q fields of words, D features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from vbg_framework import Block, Encoder, Features, Processor
from vbg_tabular import FieldsConfig
from vbg_tabular.encoder import FIELDS
from vbg_tabular.fields import Fields, learn
from vbg_tabular.processor import MetadataProcessor


class OneHotEncoder(Encoder):
    """Every number as its normal score, every word of a field as a feature of its own: for heads that are fitted.

    A field of numbers gives two features, its normal score (0 = missing) and whether it is there. A field of words
    gives one per word told apart and one for all others; all are 0 where it is missing. One token, equal to `pooled`.
    """

    modality = "metadata"

    def __init__(self, config: FieldsConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        self.fields = Fields.model_validate_json((assets / FIELDS).read_text(encoding="utf-8"))
        self.sizes = [len(each.values) + 1 for each in self.fields.words]
        self.dim = 2 * len(self.fields.numbers) + sum(self.sizes)
        self.train()

    @classmethod
    def prepare(cls, config: FieldsConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Write what is learnt about the fields of the training records.

        Raises:
            VBGError: an option names an unknown field, or no field can be used.
        """
        (assets / FIELDS).write_text(learn(items, config).model_dump_json(), encoding="utf-8")

    def train(self, mode: bool = True) -> OneHotEncoder:
        """Nothing in here is trained: always as in evaluation."""
        return super().train(False)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """One."""
        return (Block(self.modality, self.dim),)

    def processor(self, train: bool) -> Processor:
        """Metadata -> {"numbers": (B, P), "words": (B, Q), "mask": (B, P + Q)}."""
        return MetadataProcessor(self.fields, self.config)

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """-> tokens (B, 1, D)."""
        known = inputs["mask"].float()
        count = len(self.fields.numbers)
        words = [
            one_hot(inputs["words"][:, index], size) * known[:, [count + index]]
            for index, size in enumerate(self.sizes)
        ]
        pooled = torch.cat([inputs["numbers"] * known[:, :count], known[:, :count], *words], dim=1)
        return Features(pooled[:, None], torch.ones_like(pooled[:, :1], dtype=torch.bool), pooled)
