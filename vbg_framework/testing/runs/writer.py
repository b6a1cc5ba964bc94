"""What a writer of tables promises."""

from __future__ import annotations

from typing import Any

from vbg_framework.testing.check import expect, promise

COLUMNS: dict[str, type] = {"id": str, "kind": str, "kind_confidence": float}
ROWS: list[dict[str, Any]] = [
    {"id": "a", "kind": "Schüssel", "kind_confidence": 0.25, "picture": None},
    {"id": "b", "kind": '=1+1; "quoted",\nand broken', "kind_confidence": 1.0, "picture": b"no picture"},
    {"id": "c", "kind": None, "kind_confidence": None},
]


def table(subject: Any, *batches: list[dict[str, Any]]) -> bytes:
    """The file that these batches make."""
    path = subject.folder() / f"table.{subject.component.name}"
    with subject.build().open(path, COLUMNS, (",", False)) as append:
        for rows in batches:
            append(rows)
    content: bytes = path.read_bytes() if path.exists() else b""
    return content


@promise(
    "writer",
    "Rows are written: empty cells, line breaks, letters beyond ASCII and keys that are no columns included.",
    cause="a file in the machine's own encoding, None that is joined as text, or a key that is taken for a column",
    fix='Open the file with `encoding="utf-8"`, and pick the cells by `columns`.',
)
def check_rows_are_written(subject: Any) -> None:
    """Write three rows in two batches, and fewer rows."""
    whole, part = table(subject, ROWS[:1], ROWS[1:]), table(subject, ROWS[:1])
    expect(whole, "a file", "none")
    expect(whole != part, "another file for other rows", "the same")


@promise(
    "writer",
    "A table without rows is a file, too.",
    cause="a file that is opened at the first row",
    fix="Open the file and write its head before the function is given.",
)
def check_a_table_may_be_empty(subject: Any) -> None:
    """Write no row."""
    path = subject.folder() / f"table.{subject.component.name}"
    with subject.build().open(path, COLUMNS, (",", False)):
        pass
    expect(path.is_file(), "a file", "none")
