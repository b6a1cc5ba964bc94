"""A cache of the features of one source, on disk.

```
about.json (what it was made of)  block-00000.safetensors ... (64 records each: rows, tokens, mask, pooled)
```

A block is always computed as a whole, so what a record's features are does not depend on who asked first. Files
appear in one step, so several processes may fill one folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from vbg_framework.base.publication import write_json, written
from vbg_framework.base.regular_file import regular
from vbg_framework.contracts.interfaces import Features

BLOCK = 64
OPEN = 256  # blocks kept open


class Stored(NamedTuple):
    """The features of one record: tokens (N, D), mask (N,), pooled (D,)."""

    tokens: Tensor
    mask: Tensor
    pooled: Tensor


class Gathered(NamedTuple):
    """Records of a block that have the modality, and what the encoder reads of them; None where there are none."""

    rows: list[int]
    inputs: Any


Read = Callable[[int], Any]  # row -> raw item, None = missing
Prepare = Callable[[Sequence[Any]], Any]
Encode = Callable[[Any], Features]


class FeatureStore:
    """The features of the records of one source, addressed by row. Picklable.

    Args:
        folder: where they lie.
        count: records of the source.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count

    def describe(self, about: Mapping[str, Any]) -> None:
        """Make the folder and say what the features are made of."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_json(self.folder / "about.json", about)

    def missing(self, rows: Iterable[int]) -> list[int]:
        """The blocks these rows are in that were not computed yet, in order."""
        blocks = np.unique(np.asarray(list(rows), int) // BLOCK).tolist()
        return [block for block in blocks if not self._file(block).exists()]

    def gather(self, block: int, read: Read, prepare: Prepare) -> Gathered:
        """Read the records of one block, which may be done in another thread.

        Args:
            block: its number.
            read: row -> raw item, or None.
            prepare: raw items -> what the encoder reads.
        """
        rows = range(block * BLOCK, min((block + 1) * BLOCK, self.count))
        there = {row: item for row in rows if (item := read(row)) is not None}
        return Gathered(list(there), prepare(list(there.values())) if there else None)

    def fill(self, block: int, gathered: Gathered, encode: Encode) -> int:
        """Compute one block; return its size in bytes.

        Args:
            block: its number.
            gathered: its records.
            encode: what `prepare` made -> features.
        """
        results: dict[str, Tensor] = {"rows": torch.tensor(gathered.rows, dtype=torch.int64)}
        if gathered.rows:
            features = encode(gathered.inputs)
            results |= {"tokens": features.tokens, "mask": features.mask, "pooled": features.pooled}
        packed = {name: tensor.cpu().contiguous().clone() for name, tensor in results.items()}  # none share memory
        with written(self._file(block)) as partial:
            save_file(packed, str(partial))
        return sum(tensor.nbytes for tensor in packed.values())

    def __getitem__(self, row: int) -> Stored | None:
        """The features of a row, padding cut off; None if the record lacks the modality."""
        block = _open(self._file(row // BLOCK))
        place = block.places.get(row)
        if place is None:
            return None
        length = block.lengths[place]
        return Stored(block.tokens[place, :length].float(), block.mask[place, :length], block.pooled[place])

    def _file(self, block: int) -> Path:
        return self.folder / f"block-{block:05d}.safetensors"


class StackFeatures:
    """Makes a batch of stored features, and leaves raw items to the encoder's own processor. Picklable.

    Args:
        processor: of the encoder.
    """

    def __init__(self, processor: Callable[[Sequence[Any]], dict[str, Tensor]]) -> None:
        self.processor = processor

    def __call__(self, items: Sequence[Any]) -> dict[str, Tensor]:
        """B stored features -> tokens (B, N, D), mask (B, N), pooled (B, D)."""
        if not isinstance(items[0], Stored):
            return self.processor(items)
        return {
            "tokens": pad_sequence([item.tokens for item in items], batch_first=True),
            "mask": pad_sequence([item.mask for item in items], batch_first=True),
            "pooled": torch.stack([item.pooled for item in items]),
        }


class _Block(NamedTuple):
    """A block that is open: row -> place, tokens of each place without padding, mask, pooled, and the mapped tokens."""

    places: dict[int, int]
    lengths: list[int]
    mask: Tensor
    pooled: Tensor
    tokens: Tensor


@lru_cache(OPEN)
def _open(path: Path) -> _Block:
    """A block, its tokens memory mapped and the rest read once."""
    file = safe_open(regular(path), "pt")
    rows = file.get_tensor("rows").tolist()
    if not rows:
        return _Block({}, [], *[torch.zeros(0, 0)] * 3)
    mask, pooled = file.get_tensor("mask"), file.get_tensor("pooled").float()
    last = (mask.bool() * torch.arange(1, mask.shape[1] + 1)).amax(1).clamp(min=1)
    return _Block(
        {row: place for place, row in enumerate(rows)}, last.tolist(), mask, pooled, file.get_tensor("tokens")
    )
