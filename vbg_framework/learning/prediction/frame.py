"""Predicting a pandas DataFrame: the same answers as those of `vbg predict` for a table of its rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.contracts.record import Record, Rejected, Skipped
from vbg_framework.data.readers.frame_file import Frame, frame_file
from vbg_framework.learning.prediction.answer_cells import answer_cells, answer_columns
from vbg_framework.learning.prediction.source import open_source

if TYPE_CHECKING:
    from vbg_framework.learning.prediction.saved import SavedModel

UNREAD = "no record was made of this row"


def predict_frame(
    model: SavedModel,
    frame: Frame,
    batch_size: int,
    tell: Callable[[str], None],
    folder: Path | str = ".",
    probabilities: bool = False,
) -> Any:
    """A frame of answers with the index of the given one: a row for every row, in its order.

    Columns are read by the data set the model was trained with, or by the names of the fields. A row without an id
    is called by its index.

    Args:
        model: the trained model.
        frame: the rows; missing cells may be NaN, None or empty.
        batch_size: rows per forward pass.
        tell: told what the rows lack.
        folder: what paths of pictures are relative to.
        probabilities: also a column for the probability of every class.

    Raises:
        VBGError: no column is known, or `folder` cannot be written to.
    """
    import pandas

    columns = answer_columns(model, probabilities)
    index = [str(label) for label in frame.index]
    answers: list[dict[str, Any]] = [{**dict.fromkeys(columns), "id": label, "problem": UNREAD} for label in index]
    place = Path(folder) if "image" in model.experiment.modalities else Path(tempfile.gettempdir())
    with frame_file(frame, place) as path:
        read: list[int] = []
        records = _noted(open_source(model, path, {}).records(), read, index)
        for number, said in enumerate(model.predict(records, batch_size, tell)):
            answers[read[number]] = answer_cells(model, said)
    result = pandas.DataFrame(answers, columns=list(columns), index=frame.index)
    return result.astype({name: "float64" for name, kind in columns.items() if kind is float})


def _noted(items: Iterable[Any], read: list[int], index: Sequence[str]) -> Iterator[Record | Rejected]:
    """The records, with the number of each row put into `read`; one that is called by its row gets its index."""
    for item in items:
        if isinstance(item, Skipped):
            continue
        number = int(item.source.rpartition(":")[2]) - 1  # `file:row`, from 1
        read.append(number)
        yield _named(item, index[number])


def _named(item: Record | Rejected, label: str) -> Record | Rejected:
    return replace(item, id=label) if item.id in ("", item.source) else item
