"""From metadata to numbers. Picklable and free of weights. B records, P fields of numbers, Q fields of words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from scipy.special import ndtri
from torch import Tensor

from vbg_tabular import FieldsConfig
from vbg_tabular.fields import Fields, chosen, number, word

EDGE = 1e-3  # shares of 0 and 1 would become infinite; so numbers lie within 3.1 deviations
OTHER = 0


class MetadataProcessor:
    """Metadata -> {"numbers": (B, P), "words": (B, Q), "mask": (B, P + Q)}.

    A number becomes the quantile of the normal distribution that belongs to its share among the training values, so
    one that is far too large counts as the largest. A word becomes its code, 0 = other. What is missing, or no number
    in a field of numbers, is 0 and masked (False).
    """

    def __init__(self, fields: Fields, config: FieldsConfig) -> None:
        self.fields, self.config = fields, config
        self.codes = [{value: code for code, value in enumerate(each.values, OTHER + 1)} for each in fields.words]

    def __call__(self, items: Sequence[Mapping[str, Any]]) -> dict[str, Tensor]:
        """Process one batch."""
        rows = [chosen(item, self.config) for item in items]
        numbers = [[self._share(index, row) for index in range(len(self.fields.numbers))] for row in rows]
        words = [[self._code(index, row) for index in range(len(self.codes))] for row in rows]
        mask = [[cell is not None for cell in (*first, *second)] for first, second in zip(numbers, words, strict=True)]
        shares = torch.tensor([[0.5 if cell is None else cell for cell in row] for row in numbers], dtype=torch.float64)
        normal = torch.from_numpy(ndtri(shares.clamp(EDGE, 1 - EDGE).numpy())).float()
        codes = torch.tensor([[OTHER if cell is None else cell for cell in row] for row in words], dtype=torch.long)
        return {"numbers": normal, "words": codes, "mask": torch.tensor(mask)}

    def _share(self, index: int, row: Mapping[str, Any]) -> float | None:
        field = self.fields.numbers[index]
        value = number(row.get(field.name))
        return None if value is None else field(value)

    def _code(self, index: int, row: Mapping[str, Any]) -> int | None:
        value = row.get(self.fields.words[index].name)
        return None if value is None else self.codes[index].get(word(value), OTHER)
