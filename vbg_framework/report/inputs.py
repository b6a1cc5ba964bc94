"""What a run folder holds for its report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from vbg_framework.base.json_file import read_json
from vbg_framework.base.regular_file import regular
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.data.readers.own_table import own_table


@dataclass(frozen=True)
class Inputs:
    """The files of one run; what an unfinished run does not have is empty.

    Args:
        run: `<experiment>/<id>`.
        name: the experiment's name.
        experiment: its complete resolved options.
        environment: `environment.json`.
        lines: `metrics.jsonl`.
        metrics: `metrics.json`.
        mistakes: rows of `mistakes.parquet`.
        predictions: `predictions.parquet`, or None.
        error: `error.txt`.
    """

    run: str
    name: str
    experiment: dict[str, Any]
    environment: dict[str, Any]
    lines: list[dict[str, Any]]
    metrics: dict[str, Any]
    mistakes: list[dict[str, Any]]
    predictions: pa.Table | None
    error: str


def read_inputs(folder: Path) -> Inputs:
    """Read what is there.

    Raises:
        VBGError: the folder is not that of a run, or one of its files is broken.
    """
    run = RunFolder(folder.resolve())
    config = run.config()
    return Inputs(
        run=run.name,
        name=config["name"],
        experiment=config["experiment"],
        environment=json_file(folder / "environment.json"),
        lines=run.lines(),
        metrics=json_file(folder / "metrics.json"),
        mistakes=_rows(folder / "mistakes.parquet"),
        predictions=_table(folder / "predictions.parquet"),
        error=_text(folder / "error.txt"),
    )


def _text(path: Path) -> str:
    return regular(path).read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def json_file(path: Path) -> Any:
    """What a JSON file with an object holds; an empty mapping if there is none.

    Raises:
        VBGError: it is broken.
    """
    return read_json(path, dict[str, Any]) if path.exists() else {}


def _table(path: Path) -> pa.Table | None:
    return own_table(path) if path.exists() else None


def _rows(path: Path) -> list[dict[str, Any]]:
    return own_table(path).to_pylist() if path.exists() else []
