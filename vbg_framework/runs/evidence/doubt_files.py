"""The files of `vbg doubt`: a table, a page, and corrections to edit."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from vbg_framework.base.publication import written
from vbg_framework.data.preparation.corrections import COLUMNS
from vbg_framework.data.writers.writer import spreadsheet_safe
from vbg_framework.report.doubts import SHOWN, write_doubts
from vbg_framework.runs.evidence.doubt import Doubt, Doubts
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.shown import shown

TABLE = (
    "rank",
    "id",
    "part",
    "task",
    "label",
    "suggested",
    "probability",
    "suggested_probability",
    "flagged",
    "copies",
)


def write_files(
    folder: Path, title: str, evidence: Evidence, results: Sequence[Doubts], far: Sequence[tuple[str, float]]
) -> Path:
    """Write `doubts.csv` with every labelled record and `doubts.html` with the first; return the page."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = (
        {
            name: spreadsheet_safe(cell)
            for name, cell in {"rank": rank, **asdict(row), "copies": " ".join(row.copies)}.items()
        }
        for doubts in results
        for rank, row in enumerate(doubts.rows, start=1)
    )
    write_table(folder / "doubts.csv", TABLE, rows)
    tasks = [_task(evidence, doubts) for doubts in results]
    outliers = [{"id": one, "distance": distance, **shown(evidence, one)} for one, distance in far]
    return write_doubts(folder, title, tasks, outliers)


def write_corrections(path: Path, results: Sequence[Doubts]) -> int:
    """Write a file of corrections with every doubted label and what is suggested; return how many.

    Lines that the owner does not agree with are to be deleted before `corrections:` of the data set names the file.
    """
    rows = [_correction(row) for doubts in results for row in doubts.flagged if row.suggested != row.label]
    write_table(path, COLUMNS, rows)
    return len(rows)


def write_table(path: Path, columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """CSV in UTF-8 with a mark that spreadsheets look for."""
    with written(path) as partial, Path(partial).open("w", encoding="utf-8-sig", newline="") as file:
        write_rows(file, columns, rows)


def write_rows(file: IO[str], columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
    """The same into an open file, without the mark."""
    writer = csv.DictWriter(file, columns)
    writer.writeheader()
    writer.writerows({name: _cell(row[name]) for name in columns} for row in rows)


def _cell(value: Any) -> Any:
    return f"{value:.4f}" if isinstance(value, float) else value


def _correction(row: Doubt) -> dict[str, str]:
    why = f"doubt: '{row.label}' has {row.probability:.2f}, '{row.suggested}' {row.suggested_probability:.2f}"
    return {"id": row.id, "task": row.task, "value": row.suggested, "who": "", "when": "", "why": why}


def _task(evidence: Evidence, doubts: Doubts) -> dict[str, Any]:
    return {
        "name": doubts.task.name, "records": len(doubts.rows), "flagged": len(doubts.flagged),
        "expected": doubts.expected, "source": doubts.source, "alike": doubts.alike,
        "note": doubts.note,
        "rows": [asdict(row) | shown(evidence, row.id) for row in doubts.flagged[:SHOWN]],
    }  # fmt: skip
