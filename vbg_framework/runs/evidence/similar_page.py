"""The page of `vbg similar`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vbg_framework.base.publication import write_text
from vbg_framework.report.page import render
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.shown import shown
from vbg_framework.runs.evidence.similar import Neighbour


def write_similar(folder: Path, query: str, evidence: Evidence, near: Sequence[Neighbour]) -> Path:
    """Write `similar.html`; everything that comes from data is escaped, and the page forbids scripts.

    Args:
        folder: where it goes; made if it is absent.
        query: id, file or text that was asked for.
        evidence: the records.
        near: those like it, the most similar first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    asked = shown(evidence, query) if query in evidence.ids else None
    rows = [{"near": each, **shown(evidence, each.id)} for each in near]
    view = {"query": query, "asked": asked, "rows": rows, "run": evidence.finished.run.name}
    write_text(folder / "similar.html", render("similar.html.jinja", view))
    return folder / "similar.html"
