"""What the columns of a DataFrame are to a classifier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.data.catalogue.spelling import folded
from vbg_framework.data.readers.frame_file import Frame

IMAGE = "image"
"""A column of this name, in upper or lower case, holds pictures if nobody says which one does."""


@dataclass(frozen=True)
class FrameColumns:
    """Columns by what is read from them.

    Args:
        image: of pictures: paths, bytes or PIL images; None = there are none.
        text: of catalogue text.
        metadata: of numbers, or words that recur.
        group: of the object a row belongs to; None = every row is an object of its own.
    """

    image: str | None = None
    text: tuple[str, ...] = ()
    metadata: tuple[str, ...] = ()
    group: str | None = None

    def used(self) -> list[str]:
        """Every column that is read."""
        single = [name for name in (self.image, self.group) if name is not None]
        return list(dict.fromkeys([*single, *self.text, *self.metadata]))

    def modalities(self) -> Mapping[str, Sequence[str]]:
        """Modality -> its columns, of those that are there."""
        results = {"image": (self.image,) if self.image else (), "text": self.text, "metadata": self.metadata}
        return {modality: columns for modality, columns in results.items() if columns}


def frame_columns(
    frame: Frame,
    image: str | None,
    text: str | Sequence[str] | None,
    metadata: str | Sequence[str] | None,
    group: str | None,
    target: str | None,
) -> FrameColumns:
    """The columns as they are named; if no feature is, guessed: pictures, numbers as metadata, other words as text.

    Args:
        frame: the rows.
        image, text, metadata, group: columns that were named; None = nobody said.
        target: the column of the label, which is no feature; None = it stands elsewhere.

    Raises:
        VBGError: a column that is named is not there.
    """
    named = FrameColumns(image, _listed(text), _listed(metadata), group)
    known = [str(column) for column in frame.columns]
    for column in [*named.used(), *([target] if target else [])]:
        if column not in known:
            raise VBGError("VBGClassifier", f"no column '{column}' in the frame", did_you_mean(column, known))
    return named if named.modalities() else _guessed(frame, known, group, {group, target})


def _guessed(frame: Frame, known: Sequence[str], group: str | None, taken: set[str | None]) -> FrameColumns:
    kinds = {name: _kind(name, frame.iloc[:, index]) for index, name in enumerate(known) if name not in taken}
    image = next((name for name, kind in kinds.items() if kind == "image"), None)
    text, metadata = (tuple(n for n, kind in kinds.items() if kind == each) for each in ("text", "metadata"))
    return FrameColumns(image, text, metadata, group)


def _kind(name: str, series: Any) -> str:
    if folded(name) == IMAGE or any(isinstance(cell, Image.Image | bytes) for cell in series.head(100)):
        return "image"
    is_words = series.dtype == object or str(series.dtype).startswith("str")
    return "text" if is_words and any(isinstance(cell, str) for cell in series) else "metadata"


def _listed(columns: str | Sequence[str] | None) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else tuple(columns or ())
