"""The training pictures that a generator by local fusion combines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from vbg_gan.frames import Frames
from vbg_gan.sampler import Codes

FEWEST = 4  # references are drawn from at least so many pictures, if the class has them
NEAREST = 4  # ... and else from one in so many of those that agree best, the ones most like the base
THUMBNAIL = 8  # pixels: side of what likeness is measured on


class Memory:
    """Pictures by class, with the values of their attributes. Copies of a network share one.

    Args:
        pixels: (n, 3, S, S) bytes.
        classes: (n,) class indices.
        values: (n, number of attributes) value indices, -1 = unknown.
        records: n ids of their records.
    """

    def __init__(self, pixels: Tensor, classes: Tensor, values: Tensor, records: Sequence[str]) -> None:
        self.pixels, self.classes, self.values, self.records = pixels, classes, values, tuple(records)
        self.looks = F.adaptive_avg_pool2d(pixels.float(), THUMBNAIL).flatten(1)  # (n, 192)
        self.members = {int(code): torch.nonzero(classes == code).flatten() for code in classes.unique()}

    @classmethod
    def of(cls, frames: Frames, codes: Codes, most: int, seed: int) -> Memory:
        """Training pictures, at most `most` of a class, drawn by the seed."""
        classes, values = codes([(frame.name, frame.attributes) for frame in frames.facts])
        mixed = torch.from_numpy(np.random.default_rng(seed).permutation(len(classes)))
        results = [mixed[classes[mixed] == code][:most] for code in classes.unique()]
        chosen = torch.cat(results).sort().values
        pixels = torch.from_numpy(frames.pixels[chosen.numpy()]).permute(0, 3, 1, 2).contiguous()
        records = [frames.facts[number].record for number in chosen.tolist()]
        return cls(pixels, classes[chosen], values[chosen], records)

    def __deepcopy__(self, memo: dict[Any, Any]) -> Memory:
        return self

    def draw(self, positions: Tensor, classes: Tensor, values: Tensor) -> Tensor:
        """(B, 1 + R) numbers: a base picture and its references for every record.

        The base is one of the class's pictures that agree best with the attributes; a reference is another picture of
        the class, of the quarter most like the base among those that agree best, or at least of the best four. Parts of
        objects that look alike fit together. A class of one picture is its own reference.

        Args:
            positions: (B, 1 + R) in 0..1: which of those that qualify.
            classes: (B,) class indices.
            values: (B, number of attributes) value indices, -1 = whatever.
        """
        rows = [self._row(place, int(code), row) for place, code, row in zip(positions, classes, values, strict=True)]
        return torch.tensor(rows)

    def pictures(self, numbers: Tensor) -> Tensor:
        """(B,) numbers -> (B, 3, S, S) in -1..1."""
        return self.pixels[numbers].float() / 127.5 - 1

    def save(self, file: Path) -> None:
        """Write a safetensors file."""
        tensors = {"pixels": self.pixels, "classes": self.classes, "values": self.values}
        save_file(tensors, str(file), {"records": json.dumps(self.records)})

    @classmethod
    def load(cls, file: Path) -> Memory:
        """What `save` wrote."""
        with safe_open(str(file), "pt") as opened:
            records = json.loads(opened.metadata()["records"])
            pixels, classes, values = (opened.get_tensor(name) for name in ("pixels", "classes", "values"))
            return cls(pixels, classes, values, records)

    def _row(self, positions: Tensor, code: int, values: Tensor) -> list[int]:
        members = self.members.get(code)
        if members is None:  # a class without pictures: whatever is made of it is thrown away
            return [0] * len(positions)
        agreeing = ((self.values[members] == values) & (values >= 0)).sum(1)
        base = _pick(members[agreeing == agreeing.max()], positions[0])
        others = members != base
        members, agreeing = (members[others], agreeing[others]) if others.any() else (members, agreeing)
        near = (self.looks[members] - self.looks[base]).abs().mean(1).argsort(stable=True)
        best = members[near[agreeing[near].argsort(descending=True, stable=True)]]
        best = best[: max(FEWEST, int((agreeing == agreeing.max()).sum()) // NEAREST)]
        return [base, *(_pick(best, place) for place in positions[1:])]


def _pick(members: Tensor, position: Tensor) -> int:
    return int(members[min(int(position * len(members)), len(members) - 1)])
