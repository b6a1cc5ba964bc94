"""Tensors of many pictures or captions, kept on disk piece by piece, so that they are computed once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from vbg_framework.screen import Screen
from vbg_framework.toolkit import written

COUNT = "count.json"


class Rows:
    """Rows of tensors, read when they are asked for.

    Args:
        folder: where `write_rows` has put them.
    """

    def __init__(self, folder: Path) -> None:
        about = json.loads((folder / COUNT).read_text(encoding="utf-8"))
        self.count, self._piece = about["count"], about["piece"]
        self._files = [safe_open(path, framework="pt") for path in sorted(folder.glob("*.safetensors"))]

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, numbers: Sequence[int]) -> dict[str, Tensor]:
        """The named tensors of some rows, (B, ...)."""
        results = [self._row(number) for number in numbers]
        return {name: torch.stack([row[name] for row in results]) for name in results[0]}

    def _row(self, number: int) -> dict[str, Tensor]:
        file = self._files[number // self._piece]
        return {name: file.get_slice(name)[number % self._piece] for name in file.keys()}  # noqa: SIM118


def write_rows(
    folder: Path, items: Iterable[Any], count: int, encode: Callable[[list[Any]], Mapping[str, Tensor]], piece: int,
    screen: Screen, name: str,
) -> Rows:  # fmt: skip
    """Encode all items, `piece` at a time, unless an earlier call has; one that was killed is resumed.

    Args:
        folder: of its own.
        items: what is encoded, in order.
        count: how many.
        encode: some items -> named tensors, (B, ...).
        piece: items at a time.
        screen, name: where and under which name progress is shown.
    """
    if not (folder / COUNT).exists():
        folder.mkdir(parents=True, exist_ok=True)
        left = iter(items)
        with screen.progress(name, count) as bar:
            for start in range(0, count, piece):
                part, file = list(islice(left, piece)), folder / f"{start:08d}.safetensors"
                if not file.exists():
                    with written(file) as partial:
                        save_file({key: value.cpu().contiguous() for key, value in encode(part).items()}, partial)
                bar.advance(len(part))
        (folder / COUNT).write_text(json.dumps({"count": count, "piece": piece}), encoding="utf-8")
    return Rows(folder)
