"""Pictures of a batch mixed in pairs, with both labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from PIL import Image, ImageOps
from torch.distributions import Beta

from vbg_framework.toolkit import edge_colour

Item = Mapping[str, Any]
Box = tuple[float, float, float, float]  # left, top, right, bottom as shares of the sides


class Mixing:
    """Mixes every picture of a batch with that of another item, drawn at random; all by the same share, as published.

    mixup blends them (Zhang et al. 2018, https://arxiv.org/abs/1710.09412), cutmix replaces a rectangle (Yun et al.
    2019, https://arxiv.org/abs/1905.04899). The other picture is fitted whole into the frame of the first.

    Args:
        mixup, cutmix: alpha of the Beta distribution of the share; 0 = off.
    """

    def __init__(self, mixup: float, cutmix: float) -> None:
        self.alphas = {way: alpha for way, alpha in {"mixup": mixup, "cutmix": cutmix}.items() if alpha}

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return mixed copies; an item without a picture stays."""
        pictured = [index for index, item in enumerate(items) if "image" in item["inputs"]]
        if not self.alphas or not pictured:
            return items
        way = list(self.alphas)[int(torch.randint(len(self.alphas), ()))]
        share = float(Beta(self.alphas[way], self.alphas[way]).sample())
        box = random_box(share) if way == "cutmix" else None
        mixed = list(items)
        for place, other in zip(pictured, torch.randperm(len(pictured)).tolist(), strict=True):
            mixed[place] = _mixed(items[place], items[pictured[other]], share, box)
        return mixed


def blended(image: Image.Image, other: Image.Image, share: float) -> Image.Image:
    """`share` of the other picture, the rest of the first."""
    return Image.blend(image, fitted(other, image.size), share)


def patched(image: Image.Image, other: Image.Image, box: Box) -> Image.Image:
    """The first picture with the other one's pixels inside the box."""
    left, top, right, bottom = (round(share * side) for share, side in zip(box, image.size * 2, strict=True))
    made = image.copy()
    made.paste(fitted(other, image.size).crop((left, top, right, bottom)), (left, top))
    return made


def random_box(share: float) -> Box:
    """A box of that share of the area, in the proportions of the picture, cut off where it leaves the picture."""
    half = share**0.5 / 2
    x, y = torch.rand(2).tolist()
    return max(0.0, x - half), max(0.0, y - half), min(1.0, x + half), min(1.0, y + half)


def fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The whole picture within a frame of that size."""
    return ImageOps.pad(image, size, Image.Resampling.BICUBIC, color=edge_colour(image))


def _mixed(item: Item, second: Item, share: float, box: Box | None) -> Item:
    """The item with a mixed picture and the other one's targets, which weigh by the area taken."""
    image, other = (each["inputs"]["image"] for each in (item, second))
    made = blended(image, other, share) if box is None else patched(image, other, box)
    weight = share if box is None else (box[2] - box[0]) * (box[3] - box[1])
    inputs = {**item["inputs"], "image": made}
    return {**item, "inputs": inputs, "second": {"targets": second["targets"], "weight": weight}}
