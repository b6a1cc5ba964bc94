"""Reading the Parquet tables that a run keeps, which may be damaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import FIX
from vbg_framework.base.regular_file import regular


def own_table(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """A table of ours.

    Args:
        path: the file.
        columns: those to read; None = all.

    Raises:
        VBGError: it is missing, is damaged, or lacks a column; the message names the file.
    """
    with _read(path, lambda: pq.ParquetFile(regular(path))) as file:
        if lacking := [name for name in columns or () if name not in file.schema_arrow.names]:
            raise VBGError(str(path), f"has no column '{lacking[0]}'", FIX)
        return _read(path, lambda: file.read(columns))


def own_columns(path: Path) -> list[str]:
    """The names of the columns of such a table; errors as of `own_table`."""
    return list(_read(path, lambda: pq.read_schema(regular(path))).names)


def _read(path: Path, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except FileNotFoundError:
        raise VBGError(str(path), "no such file", FIX) from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise VBGError(str(path), f"is damaged ({str(error).splitlines()[0].rstrip('.')})", FIX) from None
