"""From texts to token ids. Picklable and free of weights."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer
from torch import Tensor


class TextProcessor:
    """Turns texts into {"ids": (B, T), "mask": (B, T) bool}, T the longest text of the batch. Picklable.

    An empty text becomes [CLS] [SEP].
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer

    def __call__(self, texts: Sequence[str]) -> dict[str, Tensor]:
        """Process one batch."""
        encodings = self.tokenizer.encode_batch(list(texts))
        mask = torch.tensor([encoding.attention_mask for encoding in encodings], dtype=torch.bool)
        return {"ids": torch.tensor([encoding.ids for encoding in encodings]), "mask": mask}
