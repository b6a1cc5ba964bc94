"""A pandas DataFrame as a table that every data set reads. pandas is imported only where it is used."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeGuard

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from vbg_framework.base.digest import SHORT
from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written
from vbg_framework.data.catalogue.cells import CellError, cell_text


class Frame(Protocol):
    """A pandas DataFrame, for those who need not have pandas."""

    index: Any
    columns: Any
    iloc: Any


def is_frame(value: Any) -> TypeGuard[Frame]:
    """Whether something is a DataFrame. Who has one has imported pandas."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(value, pandas.DataFrame)


def arrow_table(frame: Frame) -> pa.Table:
    """The columns of a frame, NaN as missing; a column of PIL images, or of images and paths, as `{bytes, path}`.

    Raises:
        VBGError: two columns have one name.
    """
    names = [str(name) for name in frame.columns]
    if twice := [name for name in names if names.count(name) > 1]:
        raise VBGError("frame", f"two columns are called '{twice[0]}'", "Rename one of them.")
    return pa.table({name: _array(frame.iloc[:, index]) for index, name in enumerate(names)})


@contextmanager
def frame_file(frame: Frame, folder: Path) -> Iterator[Path]:
    """A Parquet file of a frame, in a folder beside which its pictures lie, for as long as it is read.

    Raises:
        VBGError: the folder cannot be written to.
    """
    table = arrow_table(frame)
    try:
        handle, name = tempfile.mkstemp(".parquet", ".frame-", folder)
    except OSError as error:
        what = f"cannot hold the table that a frame is read from ({error.strerror or error})"
        raise VBGError(str(folder), what, "Give a folder that can be written to, or use: vbg predict.") from error
    os.close(handle)
    try:
        pq.write_table(table, name)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def kept_frame(frame: Frame, folder: Path) -> Path:
    """The Parquet file of a frame in a folder, named by its content: an equal frame has one file.

    Raises:
        OSError: the folder cannot be written to.
    """
    buffer = io.BytesIO()
    pq.write_table(arrow_table(frame), buffer)
    content = buffer.getvalue()
    path = folder / f"{hashlib.sha256(content).hexdigest()[:SHORT]}.parquet"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with written(path) as partial:
            partial.write_bytes(content)
    return path


def _array(series: Any) -> pa.Array:
    cells = [*series] if series.dtype == object else []
    if any(isinstance(cell, Image.Image | bytes) for cell in cells):
        return pa.array([_picture(cell) for cell in cells])
    try:
        return pa.Array.from_pandas(series)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):  # cells of several kinds
        return pa.array([_text(str(series.name), cell) for cell in series])


def _picture(cell: Any) -> Mapping[str, Any] | None:
    if isinstance(cell, Image.Image):
        buffer = io.BytesIO()
        cell.save(buffer, "PNG")
        return {"bytes": buffer.getvalue(), "path": None}
    if isinstance(cell, bytes):
        return {"bytes": cell, "path": None}
    path = _text("image", cell)
    return None if path is None else {"bytes": None, "path": path}


def _text(column: str, cell: Any) -> str | None:
    """A cell as text; what is neither text nor a number is written as Python shows it."""
    if isinstance(cell, Path):
        return str(cell)
    try:
        return cell_text(column, None if _missing(cell) else cell)
    except CellError:
        return str(cell)


def _missing(cell: Any) -> bool:
    return cell is None or type(cell).__name__ in ("NAType", "NaTType")
