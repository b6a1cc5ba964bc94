"""Records as dots on planes, one plane per input and one for what the fusion makes of them. n records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import TypedDict

from vbg_framework.report.plots import COLOURS

SIDE, MARGIN = 340, 12
"""Units along each side of a plane, and those at its edges without dots."""
THUMBNAIL = 84  # units of a picture beside its dot
GENERATED = "generated"
NO_LABEL = "no label"


class Point(TypedDict):
    """A record; `part` is that of the split, or `generated`, `labels`: task -> classes."""

    id: str
    part: str
    labels: dict[str, list[str]]
    image: str | None


class Panel(TypedDict):
    """A plane: a place between 0 and 1 of each record, None = the input is missing.

    `held` is the share of the variance that the axes hold, None = they are no principal components; `same`: task ->
    share of the real records whose most similar one, of another object, has the same label, and that of chance.
    """

    name: str
    places: list[list[float] | None]
    held: float | None
    same: dict[str, list[float]]


class FeatureMap(TypedDict):
    """Records on their planes; `real` and `made` are how many there are in all."""

    layout: str
    real: int
    made: int
    points: list[Point]
    panels: list[Panel]


def feature_map(made: FeatureMap) -> dict[str, Any]:
    """What the page needs: `tasks` with their colours, `dots` of each panel, `points` with words."""
    points, names = made["points"], list(made["points"][0]["labels"]) if made["points"] else []
    tasks = [{"name": name, **_coloured([_first(each, name) for each in points])} for name in names]
    hues = ["".join(f" t{t}k{task['codes'][n]}" for t, task in enumerate(tasks)) for n in range(len(points))]
    counts = Counter(each["part"] == GENERATED for each in points)
    return {
        **made, "tasks": tasks, "side": SIDE, "thumbnail": THUMBNAIL,
        "points": [{**each, "told": _told(each)} for each in points],
        "panels": [{**each, "dots": _dots(each["places"], hues, points)} for each in made["panels"]],
        "shown": {"real": counts[False], "made": counts[True]},
    }  # fmt: skip


def _coloured(labels: Sequence[str]) -> dict[str, Any]:
    """`codes`: the colour of each record, 0 = none of its own; `groups`: what the colours mean."""
    counts = Counter(label for label in labels if label != NO_LABEL)
    order = sorted(counts, key=lambda label: (-counts[label], label))
    codes = {label: number for number, label in enumerate(order[: len(COLOURS)], start=1)}
    groups = [{"code": codes[name], "name": name, "count": counts[name], "colour": COLOURS[codes[name] - 1]}
              for name in codes]  # fmt: skip
    rest = len(order) - len(codes)
    if others := len(labels) - sum(group["count"] for group in groups):
        named = f"{rest} other {'class' if rest == 1 else 'classes'}" if rest else NO_LABEL
        groups.append({"code": 0, "name": named, "count": others, "colour": "var(--muted)"})
    return {"codes": [codes.get(label, 0) for label in labels], "groups": groups}


def _first(point: Point, task: str) -> str:
    """Of several classes the first counts."""
    return next(iter(point["labels"].get(task, ())), NO_LABEL)


def _told(point: Point) -> str:
    labels = [f"{task}: {', '.join(names) or NO_LABEL}" for task, names in point["labels"].items()]
    return " · ".join([point["id"], point["part"], *labels])


def _dots(places: Sequence[Sequence[float] | None], hues: Sequence[str], points: Sequence[Point]) -> list[Mapping]:
    """Of each record that is there: its number, middle, colours, and the corner of its picture."""
    made = []
    for number, place in enumerate(places):
        if place is not None:
            x, y = (round(MARGIN + (SIDE - 2 * MARGIN) * share, 1) for share in place)
            left = x + 8 if x < SIDE / 2 else x - 8 - THUMBNAIL
            top = min(max(0.0, y - THUMBNAIL / 2), SIDE - THUMBNAIL)
            generated = points[number]["part"] == GENERATED
            made.append({"number": number, "x": x, "y": y, "left": round(left, 1), "top": round(top, 1),
                         "hues": hues[number], "generated": generated})  # fmt: skip
    return made
