"""The page of the map: where the encoders see records, and those within an area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.collection import Collection
from vbg_framework.ui.desk import Desk, desk
from vbg_framework.ui.drawing import COLOURS, drawn
from vbg_framework.ui.grid import chosen, laid, tiles, waited
from vbg_framework.ui.plane import SIDE, read_area, written
from vbg_framework.ui.query import Query

SHOWN = 12  # cards below the map
SIDES = ("left", "top", "right", "bottom")
BY = {"true": "label", "predicted": "answer", "wrong": "right or wrong"}
RIGHT, WRONG = 2, 5  # of COLOURS


class Group(NamedTuple):
    """What one colour means: its number in the style sheet, 0 = all smaller groups, name, and records in it."""

    hue: int
    name: str
    size: int


def show(request: Request) -> Response:
    """The map, what its colours mean, and the first records of those that are asked for."""
    here, query, by = _asked(request)
    if (waiting := waited(here, request, query) or laid(here, request)) is not None:
        return waiting
    places = chosen(here, query)
    classes = here.bench.collection.labels[query.task].task.classes
    return here.page(
        request, "map.html.jinja", query=query, by=by, bys=BY, count=len(places),
        groups=coloured(here.bench.collection, query.task, by, places)[1],
        tiles=tiles(here, query, places[:SHOWN]), tasks=[*here.bench.collection.labels], classes=classes,
        kept=_kept(query), box=_box(query),
    )  # fmt: skip


def picture(request: Request) -> Response:
    """The map alone, as a PNG."""
    here, query, by = _asked(request)
    plane = here.bench.plane.made() if here.bench.plane else None
    if plane is None:
        raise HTTPException(404, "There is no map yet. Load its page first.")
    areas = [read_area(query.area)] if query.area else []
    colours, _ = coloured(here.bench.collection, query.task, by, chosen(here, query))
    return Response(drawn(plane, colours, areas), media_type="image/png")


def coloured(collection: Collection, task: str, by: str, places: np.ndarray) -> tuple[np.ndarray, list[Group]]:
    """(n,) the colour of each record, -1 = not asked for, and what the colours mean.

    Args:
        collection: n records.
        task: whose classes the colours are.
        by: a key of `BY`.
        places: of the records that are asked for.
    """
    codes, names = _codes(collection, task, by)
    result = np.full(len(collection), -1)
    counts = np.bincount(codes[places], minlength=len(names))
    if by == "wrong":
        hues = np.array([RIGHT, WRONG, len(COLOURS)])
    else:  # the last name stands for none, and has no colour of its own
        order = np.argsort(-counts[:-1], kind="stable")
        hues = np.full(len(names), len(COLOURS))
        hues[order[: len(COLOURS)]] = np.arange(min(len(COLOURS), len(order)))
    result[places] = hues[codes[places]]
    groups = [Group(int(hues[code]) + 1, names[code], int(counts[code])) for code in np.argsort(hues, kind="stable")]
    return result, _joined([each for each in groups if each.size])


def _joined(groups: list[Group]) -> list[Group]:
    """All groups without a colour of their own as one."""
    rest = [each for each in groups if each.hue > len(COLOURS)]
    named = rest[0].name if len(rest) == 1 else f"{len(rest)} others"
    return [*groups[: len(groups) - len(rest)], *[Group(0, named, sum(each.size for each in rest))] * bool(rest)]


def _codes(collection: Collection, task: str, by: str) -> tuple[np.ndarray, list[str]]:
    """(n,) the group of each record, and their names; of several classes the first counts."""
    labels = collection.labels[task]
    if by == "wrong":
        known = labels.labelled & (labels.answered >= 0)
        return np.where(known, np.where(labels.wrong, 1, 0), 2), ["right", "wrong", "not answered"]
    matrix = labels.truth if by == "true" else labels.predicted
    width = matrix.shape[1]
    codes = np.full(len(collection), width)
    np.minimum.at(codes, np.repeat(np.arange(len(collection)), np.diff(matrix.indptr)), matrix.indices)
    return codes, [*labels.task.classes, "no label" if by == "true" else "no answer"]


def _asked(request: Request) -> tuple[Desk, Query, str]:
    here, given = desk(request), {**request.query_params}
    if not here.bench.collection.labels:
        raise HTTPException(404, "Without a task there are no colours.")
    if not given.get("area") and all(given.get(side) for side in SIDES):
        given["area"] = _rectangle(given)
    by = given.get("by", "true")
    if by not in BY:
        raise VBGError("by", f"nobody knows '{by}'", f"Known: {', '.join(BY)}.")
    return here, Query.read(given, here.bench.collection), by


def _rectangle(given: Mapping[str, str]) -> str:
    """The area of four sides in per cent."""
    try:
        left, top, right, bottom = (round(float(given[side]) * SIDE / 100) for side in SIDES)
    except (ValueError, OverflowError):
        got = ", ".join(given[side][:20] for side in SIDES)
        raise VBGError("area", f"its sides must be numbers, got {got}", "Write per cent, such as 25.") from None
    return written([(left, top), (right, bottom)])


def _box(query: Query) -> dict[str, Any]:
    """Side -> per cent, of the smallest rectangle around the area; nothing without one."""
    if not query.area:
        return dict.fromkeys(SIDES, "")
    area = read_area(query.area) / (SIDE / 100)
    return dict(zip(SIDES, (f"{value:g}" for value in (*area.min(0), *area.max(0))), strict=True))


def _kept(query: Query) -> dict[str, str]:
    """What another area leaves as it is."""
    changing = ("area", "other", "change", "origin", "sort", "page")
    return {name: value for name, value in asdict(query).items() if value and name not in changing}
