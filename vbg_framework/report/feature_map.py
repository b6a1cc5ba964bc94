"""Records as dots on planes: one plane per encoder, one for what the fusion makes of them, one for the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from vbg_framework.report.plots import COLOURS

GENERATED = "generated"
NO_LABEL = "no label"
MARGIN = 3.0  # percent of a plane along each edge without dots
Picture = Annotated[str, Field(pattern=r"^data:image/(png|jpeg);base64,[A-Za-z0-9+/]*=*$")]
"""A picture that can stand in a style sheet."""


class Point(TypedDict):
    """A record; `part` is that of the split, or `generated`; `labels`: task -> classes; `image`: a thumbnail."""

    id: str
    part: str
    labels: dict[str, list[str]]
    image: Picture | None


class Alike(TypedDict):
    """How often the nearest training record has the label of a test record: share, 95 % interval, and by chance."""

    records: int
    share: float
    low: float
    high: float
    chance: float


class Panel(TypedDict):
    """A plane: a place between 0 and 1 of each record, None = there is nothing to place it by.

    `numbers` is how many each record has there, `held` the share of their variance that the plane shows, None = it is
    not made of principal components; `alike`: task -> what was measured.
    """

    name: str
    numbers: int
    places: list[list[float] | None]
    held: float | None
    alike: dict[str, Alike]


class FeatureMap(TypedDict):
    """Records on their planes."""

    layout: str
    points: list[Point]
    panels: list[Panel]


def feature_map(made: FeatureMap) -> dict[str, Any]:
    """What the page needs: `tasks` with the meaning of their colours, and the `dots` of each panel."""
    points = made["points"]
    tasks = [{"name": name, **_coloured([_first(each, name) for each in points])} for name in _tasks(points)]
    hues = [" ".join(f"t{t}k{task['codes'][n]}" for t, task in enumerate(tasks)) for n in range(len(points))]
    return {
        **made, "tasks": tasks, "counts": Counter(each["part"] for each in points),
        "panels": [{**each, "dots": _dots(each["places"], hues, points)} for each in made["panels"]],
    }  # fmt: skip


def _tasks(points: Sequence[Point]) -> list[str]:
    return list(dict.fromkeys(name for each in points for name in each["labels"]))


def _coloured(labels: Sequence[str]) -> dict[str, Any]:
    """`codes`: the colour of each record, 0 = none of its own; `groups`: what the colours mean."""
    counts = Counter(label for label in labels if label != NO_LABEL)
    order = sorted(counts, key=lambda label: (-counts[label], label))
    codes = {label: number for number, label in enumerate(order[: len(COLOURS)], start=1)}
    groups = [{"code": code, "name": name, "count": counts[name], "colour": COLOURS[code - 1]}
              for name, code in codes.items()]  # fmt: skip
    rest = len(order) - len(codes)
    if others := len(labels) - sum(counts[name] for name in codes):
        named = f"{rest} other {'class' if rest == 1 else 'classes'}" if rest else NO_LABEL
        groups.append({"code": 0, "name": named, "count": others, "colour": "var(--muted)"})
    return {"codes": [codes.get(label, 0) for label in labels], "groups": groups}


def _first(point: Point, task: str) -> str:
    """Of several classes the first counts."""
    return next(iter(point["labels"].get(task, ())), NO_LABEL)


def _told(point: Point) -> str:
    labels = [f"{task}: {', '.join(names) or NO_LABEL}" for task, names in point["labels"].items()]
    return " · ".join([point["id"], point["part"], *labels[:3]])


def _dots(
    places: Sequence[Sequence[float] | None], hues: Sequence[str], points: Sequence[Point]
) -> list[dict[str, Any]]:
    """Of each record that has a place: its number, percents from the left and the top, colours, and words."""
    made = []
    for number, (place, hue, point) in enumerate(zip(places, hues, points, strict=True)):
        if place is not None:
            x, y = (round(MARGIN + (100 - 2 * MARGIN) * share, 1) for share in place)
            kind = "new" if point["part"] == GENERATED else point["part"]
            side = ("left " if x > 50 else "") + ("up" if y > 50 else "")
            made.append({"number": number, "x": x, "y": y, "class": f"{hue} {kind} {side}".strip(),
                         "told": _told(point), "image": point["image"]})  # fmt: skip
    return made
