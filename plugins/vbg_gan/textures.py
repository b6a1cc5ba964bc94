"""The texture library: small pictures of patterns and glazes, each tagged with where it comes from."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from vbg_gan.frames import Frame, Frames
from vbg_gan.grid import labelled_rows

TILES = 32  # per row and column of a sheet
LARGEST = 16  # crops of one picture
SHOWN = 12  # crops of a class on the contact sheet
STEPS = 4  # per side of a crop, between neighbouring places to cut at
FILE = "crops.jsonl"


@dataclass(frozen=True)
class Texture:
    """Where a crop comes from.

    Args:
        name: its class.
        attributes: attribute -> value of its record.
        record: id of its record, or the file of a user's folder.
        box: left, top, right and bottom in pixels of that picture.
    """

    name: str
    attributes: Mapping[str, str]
    record: str
    box: tuple[int, int, int, int]


class Cut(NamedTuple):
    """A place to cut at: left and top in the frame, and how much detail lies there."""

    left: int
    top: int
    detail: float


class TextureLibrary:
    """Crops with their tags, sorted by class.

    Args:
        pixels: (n, s, s, 3) bytes.
        textures: one per crop.
        classes: names of the classes, in the order of their indices.
    """

    def __init__(self, pixels: np.ndarray, textures: Sequence[Texture], classes: Sequence[str]) -> None:
        self.pixels, self.textures, self.classes = pixels, tuple(textures), tuple(classes)
        codes = {name: code for code, name in enumerate(classes)}
        self._members: dict[int, list[int]] = {code: [] for code in codes.values()}
        for number, texture in enumerate(self.textures):
            self._members[codes[texture.name]].append(number)

    def __len__(self) -> int:
        return len(self.textures)

    def members(self, code: int) -> Sequence[int]:
        """Numbers of the crops of a class."""
        return self._members[code]

    def draw(self, code: int | None, count: int, seed: int) -> Tensor:
        """Draw (count, 3, s, s) crops of a class, None = of all, in -1..1; fewer if there are fewer."""
        members = range(len(self)) if code is None else self._members[code]
        numbers = np.random.default_rng(seed).choice(members, min(count, len(members)), replace=False)
        return torch.from_numpy(self.pixels[numbers]).permute(0, 3, 1, 2).float() / 127.5 - 1

    def save(self, folder: Path) -> None:
        """Write sheets of 32 x 32 crops and `crops.jsonl`, one line per crop in reading order; and `contact.png`.

        Sheets and lines are what `load` reads; the contact sheet, some crops per class with its name, is to look at.
        """
        folder.mkdir(parents=True, exist_ok=True)
        for number, start in enumerate(range(0, len(self), TILES**2)):
            _sheet(self.pixels[start : start + TILES**2]).save(folder / f"sheet-{number:03d}.png")
        rows = {name: self.pixels[self._members[code][:SHOWN]] for code, name in enumerate(self.classes)}
        labelled_rows(rows).save(folder / "contact.png")
        lines = [json.dumps(asdict(texture), ensure_ascii=False) for texture in self.textures]
        (folder / FILE).write_text("".join(line + "\n" for line in lines), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, classes: Sequence[str]) -> TextureLibrary:
        """Read what `save` wrote."""
        with (folder / FILE).open(encoding="utf-8") as lines:
            results = [json.loads(line) for line in lines]
        textures = [Texture(**line | {"box": tuple(line["box"])}) for line in results]
        sheets = [_tiles(Image.open(file)) for file in sorted(folder.glob("sheet-*.png"))]
        pixels = np.concatenate(sheets)[: len(textures)] if sheets else np.empty((0, 1, 1, 3), np.uint8)
        return cls(pixels, textures, classes)


def cut_library(frames: Frames, classes: Sequence[str], count: int) -> TextureLibrary:
    """Cut the most detailed parts of training pictures, as many of each class as far as it has them.

    Crops have half the side of the frames, so that textures have the scale of the pictures to be generated. Padding is
    never cut. All classes give equally many, as far as they can: up to 16 of each picture.

    Args:
        frames: training pictures.
        classes: names of all classes.
        count: crops asked for; fewer if there are too few pictures.
    """
    pixels: list[np.ndarray] = []
    textures: list[Texture] = []
    side = max(1, frames.pixels.shape[1] // 2)
    named = {name: [n for n, frame in enumerate(frames.facts) if frame.name == name] for name in classes}
    wanted = _fair_share([len(members) * LARGEST for members in named.values()], count)
    for members in (members for members in named.values() if members):
        chosen = _spread(members, wanted)
        each = min(LARGEST, math.ceil(wanted / len(chosen)))
        for number in chosen:
            for crop, texture in _cut(frames.pixels[number], frames.facts[number], side, each):
                pixels.append(crop)
                textures.append(texture)
    return TextureLibrary(np.stack(pixels), textures, classes)


def _cut(pixels: np.ndarray, frame: Frame, side: int, count: int) -> list[tuple[np.ndarray, Texture]]:
    """The crops of one frame with the most detail; a picture narrower than a crop gives smaller ones, enlarged."""
    left, top, right, bottom = frame.place
    side_here = min(side, right - left, bottom - top)
    results = []
    for cut in sorted(_cuts(pixels, frame.place, side_here), key=lambda cut: -cut.detail)[:count]:
        crop = pixels[cut.top : cut.top + side_here, cut.left : cut.left + side_here]
        image = Image.fromarray(np.ascontiguousarray(crop)).resize((side, side), Image.Resampling.BICUBIC)
        x, y, span = ((at * frame.scale) for at in (cut.left - left, cut.top - top, side_here))
        box = (round(x), round(y), round(x + span), round(y + span))
        results.append((np.asarray(image), Texture(frame.name, frame.attributes, frame.record, box)))
    return results


def _cuts(pixels: np.ndarray, place: tuple[int, int, int, int], side: int) -> list[Cut]:
    """All places on a grid with their detail: the mean squared step between neighbouring pixels."""
    left, top, right, bottom = place
    step = max(1, side // STEPS)
    across, down = (np.square(np.diff(pixels.astype(float), axis=axis)).mean(axis=2) for axis in (1, 0))
    return [
        Cut(x, y, across[y : y + side, x : x + side - 1].mean() + down[y : y + side - 1, x : x + side].mean())
        for y in range(top, bottom - side + 1, step)
        for x in range(left, right - side + 1, step)
    ]


def _fair_share(most: Sequence[int], count: int) -> int:
    """The share of each, so that all together make `count` though some have less than the share."""
    left = count
    for index, each in enumerate(sorted(most)):
        share = math.ceil(left / (len(most) - index))
        if each >= share:
            return share
        left -= each
    return max(most)


def _spread(members: Sequence[int], count: int) -> list[int]:
    """At most `count` of them, evenly from first to last."""
    places = np.linspace(0, len(members) - 1, min(count, len(members))).round().astype(int)
    return [members[index] for index in places]


def _sheet(pixels: np.ndarray) -> Image.Image:
    side = pixels.shape[1]
    rows = math.ceil(len(pixels) / TILES)
    filled = np.full((rows * TILES, side, side, 3), 255, np.uint8)
    filled[: len(pixels)] = pixels
    return Image.fromarray(
        filled.reshape(rows, TILES, side, side, 3).swapaxes(1, 2).reshape(rows * side, TILES * side, 3)
    )


def _tiles(sheet: Image.Image) -> np.ndarray:
    side = sheet.width // TILES
    rows = np.asarray(sheet.convert("RGB")).reshape(-1, side, TILES, side, 3)
    return rows.swapaxes(1, 2).reshape(-1, side, side, 3)
