"""The page of labels to doubt: pictures, texts, and what speaks against each label."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vbg_framework.base.publication import write_text
from vbg_framework.report.page import render

SHOWN = 60  # labels of a task on the page; the table has all


def write_doubts(folder: Path, title: str, tasks: Sequence[dict[str, Any]], outliers: Sequence[dict[str, Any]]) -> Path:
    """Write `doubts.html`; everything that comes from data is escaped, and the page forbids scripts.

    Args:
        folder: where it goes.
        title: of the run.
        tasks: `name`, `records`, `flagged`, `expected`, `source`, `alike`, `note`, `rows` (fields of a doubt, `image`
            and `text`).
        outliers: `id`, `image`, `text` and `distance`.
    """
    view = {"title": title, "tasks": tasks, "outliers": outliers, "shown": SHOWN}
    write_text(folder / "doubts.html", render("doubts.html.jinja", view))
    return folder / "doubts.html"
