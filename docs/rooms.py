"""Draws the packages and their imports into docs/architecture.md: `python docs/rooms.py`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PAGE = Path(__file__).with_name("architecture.md")
CORE = Path(__file__).parents[1] / "vbg_framework"
BEGIN, END = "<!-- begin rooms -->", "<!-- end rooms -->"
PUBLIC = ("base", "paths", "screen", "contracts")
"""Imported by nearly every package: their arrows would hide the others."""


def written(page: str) -> str:
    """The page with the diagram between its markers drawn anew."""
    lines = [BEGIN, "```mermaid", "graph BT", *_arrows(), "```", END]
    return re.sub(f"{BEGIN}.*{END}", lambda _: "\n".join(lines), page, flags=re.DOTALL)


def _arrows() -> Iterator[str]:
    """An arrow from each package to those it imports, but for those that follow from others."""
    direct: dict[str, set[str]] = {}
    for path in sorted(CORE.rglob("*.py")):
        room = path.relative_to(CORE).with_suffix("").parts[0]
        if not room.startswith("__"):
            direct.setdefault(room, set()).update(_imported(path) - {room, *PUBLIC})
    for room in sorted(set(direct) - set(PUBLIC)):
        through = set().union(*(_reached(direct, other) for other in direct[room]))
        yield from (f"    {room} --> {other}" for other in sorted(direct[room] - through))


def _imported(path: Path) -> set[str]:
    """Packages that a file imports when it is imported itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
    return {module.split(".")[1] for module in found if module.startswith("vbg_framework.")}


def _reached(direct: dict[str, set[str]], room: str) -> set[str]:
    """What a package imports, at any number of steps."""
    return direct.get(room, set()).union(*(_reached(direct, other) for other in direct.get(room, set())))


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
