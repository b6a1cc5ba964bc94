"""Draws the packages and their imports into docs/images/rooms.svg: `python docs/rooms.py`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

PICTURE = Path(__file__).parent / "images" / "rooms.svg"
CORE = Path(__file__).parents[1] / "vbg_framework"
PUBLIC = ("base", "paths", "screen", "contracts")
"""Imported by nearly every package: their arrows would hide the others."""
WIDTH, HEIGHT, ACROSS, UP = 110, 30, 190, 62
"""Pixels of a box, and from one box to the next."""

Arrows = Mapping[str, set[str]]


def drawn() -> str:
    """The diagram as SVG: every package stands above those it imports."""
    arrows = _arrows()
    floors: dict[int, list[str]] = {}
    for room in sorted(arrows, key=lambda room: (-sum(room in others for others in arrows.values()), room)):
        floors.setdefault(_floor(arrows, room), []).append(room)
    places = {
        room: (column * ACROSS + 10, (len(floors) - 1 - floor) * UP + 10)
        for floor, rooms in floors.items()
        for column, room in enumerate(rooms)
    }
    return "\n".join(_svg(arrows, places)) + "\n"


def _svg(arrows: Arrows, places: Mapping[str, tuple[int, int]]) -> Iterator[str]:
    width, height = (max(values) + 10 for values in zip(*places.values(), strict=True))
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + WIDTH} {height + HEIGHT}" '
    yield '  font-family="sans-serif" font-size="14" text-anchor="middle">'
    yield '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    yield '  <path d="M0 0L8 4L0 8z" fill="#777"/></marker></defs>'
    for room, (x, y) in places.items():
        for other in sorted(arrows[room]):
            end = f'x2="{places[other][0] + WIDTH // 2}" y2="{places[other][1]}"'
            start = f'x1="{x + WIDTH // 2}" y1="{y + HEIGHT}"'
            yield f'<line {start} {end} stroke="#777" marker-end="url(#tip)"/>'
    for room, (x, y) in places.items():
        yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="5" fill="#fff" stroke="#777"/>'
        yield f'<text x="{x + WIDTH // 2}" y="{y + 20}">{room}</text>'
    yield "</svg>"


def _floor(arrows: Arrows, room: str) -> int:
    """Right below those that import it; what none imports stands right above what it imports."""
    above = [other for other in arrows if room in arrows[other]]
    return min(_floor(arrows, other) for other in above) - 1 if above else _height(arrows, room)


def _height(arrows: Arrows, room: str) -> int:
    """How many packages it needs, one below the other."""
    return 1 + max((_height(arrows, other) for other in arrows[room]), default=-1)


def _arrows() -> Arrows:
    """Package -> those it imports, but for those that follow from others."""
    direct: dict[str, set[str]] = {}
    for path in sorted(CORE.rglob("*.py")):
        room = path.relative_to(CORE).with_suffix("").parts[0]
        if not room.startswith("__") and room not in PUBLIC:
            direct.setdefault(room, set()).update(_imported(path) - {room, *PUBLIC})
    return {
        room: targets - set().union(*(_reached(direct, other) for other in targets)) for room, targets in direct.items()
    }


def _imported(path: Path) -> set[str]:
    """Packages that a file imports when it is imported itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
    return {module.split(".")[1] for module in found if module.startswith("vbg_framework.")}


def _reached(direct: dict[str, set[str]], room: str) -> set[str]:
    """What a package imports, at any number of steps."""
    return direct.get(room, set()).union(*(_reached(direct, other) for other in direct.get(room, set())))


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
