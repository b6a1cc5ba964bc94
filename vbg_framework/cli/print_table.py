"""Plain aligned columns: the same on a terminal, in a pipe and in a log."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from vbg_framework.base.printable import printable
from vbg_framework.base.publication import write_text


def print_table(header: Sequence[str] | None, rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns; on a terminal the last column is wrapped to its width."""
    rows = [[printable(cell) for cell in row] for row in [*([header] if header else []), *rows]]
    if not rows:
        return
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = shutil.get_terminal_size().columns - indent if sys.stdout.isatty() else 10_000
    for *cells, last in rows:
        first, *rest = textwrap.wrap(last, max(room, 24)) or [""]
        print("".join(f"{cell:<{width}}  " for cell, width in zip(cells, widths, strict=True)) + first)
        for line in rest:
            print(" " * indent + line)


def print_comparison(
    title: str,
    caveat: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[str],
    out: Path | None,
) -> None:
    """Print a table between its title and what a reader must know; write the same as Markdown, if a file is named."""
    from vbg_framework.report.markdown import document

    print(title)
    print_table(header, rows)
    print(*notes, caveat, sep="\n")
    if out:
        write_text(out, document(title, caveat, header, rows, notes))
