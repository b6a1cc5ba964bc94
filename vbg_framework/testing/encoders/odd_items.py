"""Odd raw items that an encoder meets in a museum's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image

from vbg_framework.testing.check import promise
from vbg_framework.testing.encoders.encoder import EncoderSubject, require_features


def reads(modality: str) -> Callable[[type[Any]], bool]:
    """Whether an encoder reads it."""
    return lambda kind: getattr(kind, "modality", None) == modality


@promise(
    "encoder",
    "An empty text is encoded, alone and among others.",
    cause="a mean over no words, or a tokeniser that returns no token",
    fix="Give an empty text one token.",
    applies=reads("text"),
)
def check_empty_text_is_encoded(subject: EncoderSubject) -> None:
    """Encode the empty string, and blanks."""
    require_features(subject, [""], "an empty text")
    require_features(subject, ["", subject.items[0], " \n"], "an empty text among others")


@promise(
    "encoder",
    "A very long text is encoded; what is too long is cut off.",
    cause="more tokens than there are positions",
    fix="Truncate in the processor.",
    applies=reads("text"),
)
def check_long_text_is_encoded(subject: EncoderSubject) -> None:
    """Encode 20000 words."""
    require_features(subject, ["porcelain bowl " * 10_000, subject.items[0]], "a text of 20000 words")


@promise(
    "encoder",
    "Any writing is encoded: other scripts, symbols, characters beyond the first 65536.",
    cause="a vocabulary without a token for what is unknown",
    fix="Give every tokeniser an `unknown` token.",
    applies=reads("text"),
)
def check_foreign_text_is_encoded(subject: EncoderSubject) -> None:
    """Encode Chinese, Arabic, hieroglyphs, an emoji and a lone combining accent."""
    require_features(
        subject, ["景德鎮窯", "خزف", "\U00013000\U0001f3fa", "\u0301", "?!"], "a text of unknown characters"
    )


def _require_picture(subject: EncoderSubject, image: Image.Image, what: str) -> None:
    require_features(subject, [image], what)
    require_features(subject, [subject.items[0], image], f"{what} among others")


@promise(
    "encoder",
    "An image of one pixel is encoded.",
    cause="a size rounded to zero, or a crop larger than the image",
    fix="Resize before cropping, to at least one pixel per side.",
    applies=reads("image"),
)
def check_image_of_one_pixel_is_encoded(subject: EncoderSubject) -> None:
    """Encode 1 x 1 pixels, alone and among others."""
    _require_picture(subject, Image.new("RGB", (1, 1), (200, 30, 30)), "an image of one pixel")


@promise(
    "encoder",
    "An extremely wide or high image is encoded.",
    cause="the shorter side becomes zero when the longer one is scaled down",
    fix="Take `max(1, round(side))`.",
    applies=reads("image"),
)
def check_narrow_image_is_encoded(subject: EncoderSubject) -> None:
    """Encode scrolls of 3000 x 2 and 2 x 3000 pixels."""
    for size in ((3000, 2), (2, 3000)):
        _require_picture(subject, Image.new("RGB", size, (200, 30, 30)), f"an image of {size[0]} x {size[1]} pixels")


@promise(
    "encoder",
    "A huge image is encoded.",
    cause="an image that is used at its own size",
    fix="Resize in the processor.",
    applies=reads("image"),
)
def check_huge_image_is_encoded(subject: EncoderSubject) -> None:
    """Encode 4000 x 3000 pixels."""
    _require_picture(subject, Image.new("RGB", (4000, 3000), (200, 30, 30)), "an image of 4000 x 3000 pixels")


@promise(
    "encoder",
    "A grey image, and one of a single colour, is encoded.",
    cause="channels or brightness scaled by their own spread, which is zero here",
    fix="Scale by fixed numbers, or clamp the spread.",
    applies=reads("image"),
)
def check_grey_image_is_encoded(subject: EncoderSubject) -> None:
    """Encode grey noise, black and white."""
    grey = np.random.default_rng(0).integers(0, 256, (30, 40), np.uint8)
    _require_picture(subject, Image.fromarray(grey).convert("RGB"), "a grey photograph")
    for colour in ("black", "white"):
        _require_picture(subject, Image.new("RGB", (40, 30), colour), f"a {colour} image")


@promise(
    "encoder",
    "Metadata with missing fields is encoded.",
    cause="a field taken for granted",
    fix="Use `item.get(field)` and give a missing field a value or token of its own.",
    applies=reads("metadata"),
)
def check_missing_fields_are_encoded(subject: EncoderSubject) -> None:
    """Encode metadata of a single field, for each field."""
    for field in subject.items[0]:
        require_features(subject, [{field: subject.items[0][field]}, subject.items[1]], f"metadata with only '{field}'")


@promise(
    "encoder",
    "Metadata with a field nobody has seen is encoded.",
    cause="an index of fields or categories learnt in `prepare` that lacks it",
    fix="Leave unknown fields out, and give unknown categories a token of their own.",
    applies=reads("metadata"),
)
def check_unknown_fields_are_encoded(subject: EncoderSubject) -> None:
    """Encode a new field, and new words in known ones."""
    known = subject.items[0]
    require_features(subject, [{**known, "provenance": "gift"}, {"provenance": "gift"}], "metadata with a new field")
    require_features(subject, [dict.fromkeys(known, "a word nobody has seen")], "metadata with new words")


@promise(
    "encoder",
    "A number written as a string, and words where numbers were, are encoded.",
    cause="arithmetic on a value whose type was taken for granted",
    fix="Convert with `float` and take what cannot be converted as missing or as a category.",
    applies=reads("metadata"),
)
def check_mixed_values_are_encoded(subject: EncoderSubject) -> None:
    """Encode `12.0`, `"12.0"`, `"ca. 12"` and a large number in every field."""
    for value in ("12.0", "ca. 12", 12.0, 1e6):
        require_features(subject, [dict.fromkeys(subject.items[0], value)], f"metadata with the value {value!r}")
