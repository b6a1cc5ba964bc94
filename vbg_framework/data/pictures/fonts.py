"""Fonts for pictures with names of any script: one that is shipped, else one of this machine that has the letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import matplotlib
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from PIL import ImageFont

SHIPPED = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
"""Latin, Greek, Cyrillic, Hebrew, some Arabic and many signs."""
SHOWN = 5  # letters in a sentence


def font(text: str, size: int) -> ImageFont.FreeTypeFont:
    """The first font that has all letters of a text, or else the one that is shipped.

    Args:
        size: in px.
    """
    return ImageFont.truetype(_path(_letters([text])) or SHIPPED, size)


def lacking(texts: Iterable[str]) -> str:
    """A sentence about the letters that no font here has, with what to install; "" = there are none."""
    missing = sorted({letter for text in texts for letter in _letters([text]) if not _path(frozenset(letter))})
    if not missing:
        return ""
    some = " ".join(missing[:SHOWN]) + (" ..." if len(missing) > SHOWN else "")
    return f"No font of this machine has {some}: they are drawn as boxes. Install one that does, such as Noto Sans CJK."


def _letters(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(letter for text in texts for letter in text if letter.isprintable() and not letter.isspace())


@lru_cache(4096)
def _path(letters: frozenset[str]) -> Path | None:
    """The first font that has these letters."""
    return next((path for path in _fonts() if all(ord(letter) in _known(path) for letter in letters)), None)


def _fonts() -> Iterator[Path]:
    yield SHIPPED
    yield from map(Path, _installed())


@lru_cache(1)
def _installed() -> tuple[str, ...]:
    return tuple(sorted(font_manager.findSystemFonts()))


@lru_cache(256)
def _known(path: Path) -> frozenset[int]:
    """The letters of a font that can be drawn in any size; none of a font of pictures, such as coloured emoji."""
    try:
        opened = FT2Font(str(path))
        return frozenset(opened.get_charmap()) if opened.scalable else frozenset()
    except (OSError, RuntimeError):
        return frozenset()
