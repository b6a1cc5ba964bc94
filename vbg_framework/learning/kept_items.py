"""Training items whose decoded pictures stay in memory, because every pass reads them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

Item = Mapping[str, Any]
MOST = 1 << 28
"""Bytes of decoded pictures that one process keeps: 21,800 of 64 px, 1,780 of 224 px."""


class KeptItems(Sequence[Item]):
    """The same items. Those with pictures that come first are kept, until their pictures take `most` bytes.

    Whoever is given an item may change it: it is a copy of what is kept.

    Args:
        items: the items; the same place always holds the same item.
        most: bytes of decoded pictures.
    """

    def __init__(self, items: Sequence[Item], most: int = MOST) -> None:
        self.items, self.free = items, most
        self._kept: dict[int, Item] = {}

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: Any) -> Any:
        if index in self._kept:
            return _copy(self._kept[index])
        item = self.items[index]
        if 0 < (size := _size(item)) <= self.free:
            self.free -= size
            self._kept[index] = _copy(item)
        return item


def _size(item: Item) -> int:
    """Bytes of its decoded pictures, three a pixel."""
    return sum(3 * each.width * each.height for each in item["inputs"].values() if isinstance(each, Image.Image))


def _copy(item: Item) -> dict[str, Any]:
    inputs = {m: each.copy() if isinstance(each, Image.Image) else each for m, each in item["inputs"].items()}
    return {**item, "inputs": inputs, "targets": dict(item["targets"])}
