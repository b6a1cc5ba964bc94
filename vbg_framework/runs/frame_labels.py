"""The labels of the rows of a DataFrame, as a run writes them and as they were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import assert_all_finite, column_or_1d

from vbg_framework.base.errors import InputError
from vbg_framework.data.catalogue.number import as_text
from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.readers.frame_file import Frame

TASK = "target"
"""What a label without a name of its own is called."""


@dataclass(frozen=True)
class FrameLabels:
    """One label per row.

    Args:
        task: what the label is called.
        classes: (C,) the classes as they were given, sorted.
        names: (C,) the same as text.
        rows: (n,) class of each row as text; None = it has no label.
    """

    task: str
    classes: np.ndarray
    names: list[str]
    rows: list[str | None]


def frame_labels(frame: Frame, y: Any) -> FrameLabels:
    """The labels in a column of the frame, or beside it.

    Args:
        frame: (n) rows.
        y: name of a column, or (n,) labels; missing ones may be None or NaN.

    Raises:
        ValueError: they are missing, of another length, not classes, or not told apart by their text.
    """
    if y is None:
        what = "requires y to be passed, but the target y is None"
        raise InputError("VBGClassifier", what, 'Give labels, or name their column: target="..."')
    if isinstance(y, str):
        return _labels(y, frame[y].to_numpy())  # type: ignore[index]
    name = getattr(y, "name", None)
    values = column_or_1d(y, warn=True)
    if len(values) != len(frame.index):
        what = f"needs a label per row, got {len(values)} labels of {len(frame.index)} rows"
        raise InputError("VBGClassifier", what, "Give as many.")
    return _labels(TASK if name is None else str(name), values)


def _labels(task: str, values: np.ndarray) -> FrameLabels:
    import pandas

    if values.dtype.kind == "f":
        assert_all_finite(values, input_name="y", allow_nan=True)
    there = ~np.asarray(pandas.isna(values), dtype=bool)
    check_classification_targets(values[there])
    classes, places = np.unique(values[there], return_inverse=True)
    if len(classes) < 2:
        raise InputError("y", f"holds {len(classes)} class", "Give rows of two classes or more.")
    names = [as_text(label) if isinstance(label, float) else normal(str(label)) for label in classes.tolist()]
    if not all(names) or len(set(names)) < len(names):
        raise InputError("y", f"classes must differ in their text, got {names}", "Rename one of them.")
    rows: list[str | None] = [None] * len(values)
    for row, place in zip(np.flatnonzero(there).tolist(), places.tolist(), strict=True):
        rows[row] = names[place]
    return FrameLabels(task, classes, names, rows)
