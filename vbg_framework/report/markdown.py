"""Markdown: documents, tables, and text from data made safe for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from vbg_framework.base.printable import printable

SPECIAL = re.compile(r"([\\`*_\[\]|~#])")


def document(title: str, first: str, header: Sequence[str], rows: Sequence[Sequence[Any]], notes: Sequence[str]) -> str:
    """A short report: heading, sentence, table, notes."""
    lines = table_lines(header, [[safe(cell) for cell in row] for row in rows])
    return "\n".join([f"# {safe(title)}", "", safe(first), "", *lines, *(f"- {safe(note)}" for note in notes)]) + "\n"


def safe(text: Any) -> str:
    """Text from data with everything escaped that Markdown or HTML would act on, in one line."""
    plain = " ".join(printable(str(text)).split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return SPECIAL.sub(r"\\\1", plain)


def table_lines(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Lines of a table, and an empty one; cells are taken as they are."""
    lines = [header, ["---"] * len(header), *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines] + [""]
