"""Writing a table row by row, in the form its suffix names; it appears under its name when it is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written
from vbg_framework.config.plugins import installed
from vbg_framework.contracts.writer import Rows, Writer
from vbg_framework.data.readers.lines import writable

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the start of a formula


@contextmanager
def table_writer(
    path: Path, columns: Mapping[str, type], dialect: tuple[str, bool] = (",", False)
) -> Iterator[Callable[[Rows], None]]:
    """Yield a function that appends rows.

    Args:
        path: the file; its suffix names the writer, the longest one that fits.
        columns: name -> str or float; each row has them all, None = empty.
        dialect: of CSV: what separates the cells, and whether a byte order mark stands first.

    Raises:
        VBGError: no plugin writes such files, or the folder cannot be written to.
    """
    writer = _writer(path)
    try:
        with written(path) as partial_path, writer.open(partial_path, columns, dialect) as write:
            yield lambda rows: write([_writable(row) for row in rows])
    except OSError as error:
        raise VBGError(str(path), f"cannot be written ({error.strerror or error})", "Choose another --out.") from error


def _writer(path: Path) -> Writer:
    known = {
        component.name: f".{component.name.replace('_', '.')}" for component, _ in installed().components("writer")
    }
    fits = [name for name, suffix in known.items() if path.name.lower().endswith(suffix)]
    if not fits:
        raise VBGError(str(path), f"unknown kind of table, got '{path.suffix}'", f"Known: {', '.join(known.values())}.")
    component, _ = installed().component("writer", max(fits, key=len), where=str(path))
    made: Writer = component.load()(component.config())
    return made


def _writable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: writable(value) if isinstance(value, str) else value for name, value in row.items()}


def spreadsheet_safe(value: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) and not _is_number(value) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
