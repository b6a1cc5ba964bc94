"""Collection, map, confusion and every object as files for a share or a web server: no server and no script."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vbg_framework.base.publication import written
from vbg_framework.report.page import render
from vbg_framework.ui.confusion import answered_parts, confused, usual_part
from vbg_framework.ui.drawing import drawn
from vbg_framework.ui.grid import tile
from vbg_framework.ui.labels import Labels
from vbg_framework.ui.map_page import coloured
from vbg_framework.ui.object_page import SHOWN, label
from vbg_framework.ui.plane import SIDE, Plane, read_area
from vbg_framework.ui.plane import written as area_of
from vbg_framework.ui.query import PAGE, Query
from vbg_framework.ui.site import ASSETS
from vbg_framework.ui.thumbnails import PNG
from vbg_framework.ui.workbench import Workbench

SQUARES = 8  # along each side of the map
STYLES = ("page.css", "desk.css", "icon.svg")


def export_pages(bench: Workbench, folder: Path) -> None:
    """Write the pages of a workbench into a new folder, which appears in one step; `index.html` is the first.

    Of a run, the encoders are asked about every record first, unless they were before.

    Files are named by numbers alone: no name of a record or class becomes a path. What people decided is left out.

    Raises:
        OSError: it cannot be written.
    """
    with written(folder) as place:
        for name in ("objects", "pictures", "cells"):
            (place / name).mkdir(parents=True)
        for name in STYLES:
            (place / name).write_bytes(ASSETS[name][0].read_bytes())
        Export(bench, place).write()


class Export:
    """Writes pages.

    Args:
        bench: what they show.
        folder: where they go.
    """

    def __init__(self, bench: Workbench, folder: Path) -> None:
        self.bench, self.folder, self.collection = bench, folder, bench.collection
        self.pictures: dict[int, str] = {}
        some = (each for each in self.collection.labels.values() if not each.task.multi_label)
        self.answered = [each for each in some if self._part(each)]
        self.plane = bench.plane.wait() if bench.plane else None

    def write(self) -> None:
        """All of them; pictures first, as pages name those that there are."""
        for row in (row for rows in self.collection.views for row in rows):
            self._picture(row)
        every = np.arange(len(self.collection))
        self._list("index", every, "records", next(iter(self.collection.labels), ""))
        for place in every.tolist():
            self._object(place)
        for number, labels in enumerate(self.answered, 1):
            self._confusion(number, labels)
        if self.plane and self.collection.labels:
            self._map(self.plane, next(iter(self.collection.labels)))

    def _part(self, labels: Labels) -> str:
        """The part whose confusion is shown; "" = no labelled record was answered."""
        part = usual_part(answered_parts(self.collection, labels))
        return part if confused(self.collection, labels, part)["total"] else ""

    def _picture(self, row: int) -> None:
        small, whole = self.bench.thumbnails.small(row), self.bench.thumbnails.whole(row)
        if small is None or whole is None:
            return
        self.pictures[row] = f"pictures/{row}.{'png' if whole[1] == PNG else 'jpg'}"
        (self.folder / self.pictures[row]).write_bytes(whole[0])
        (self.folder / f"pictures/{row}-small.jpg").write_bytes(small)

    def _list(self, stem: str, places: np.ndarray, heading: str, task: str) -> None:
        addresses = _addresses(stem, len(places))
        for number, address in enumerate(addresses):
            tiles = [tile(self.bench, task, int(place)) for place in places[number * PAGE : (number + 1) * PAGE]]
            self._page(address, "still_list.html.jinja", tiles=tiles, heading=heading, count=len(places),
                       page=number + 1, last=len(addresses), addresses=addresses)  # fmt: skip

    def _object(self, place: int) -> None:
        collection, count = self.collection, len(self.collection)
        self._page(
            f"objects/{place}.html", "still_object.html.jinja", place=place, count=count, id=collection.ids[place],
            part=collection.part(place), rows=collection.views[place], texts=collection.texts(place), shown=SHOWN,
            metadata=collection.metadata(place), list=_addresses("index", count)[place // PAGE],
            tasks=[label(labels, place, []) for labels in collection.labels.values()],
        )  # fmt: skip

    def _confusion(self, number: int, labels: Labels) -> None:
        task, part = labels.task, self._part(labels)
        matrix = confused(self.collection, labels, part)
        stems = {pair: f"cells/{number}-{'-'.join(str(task.classes.index(name)) for name in pair)}"
                 for pair in matrix["pairs"]}  # fmt: skip
        for (true, predicted), stem in stems.items():
            places = Query(task=task.name, true=true, predicted=predicted, part=part).found(self.collection)
            self._list(stem, places, f"{task.name}: {true} answered {predicted}", task.name)
        cells = {pair: f"{stem}.html" for pair, stem in stems.items()}
        self._page(f"confusion-{number}.html", "still_confusion.html.jinja", task=task.name, part=part, cells=cells,
                   **matrix)  # fmt: skip

    def _map(self, plane: Plane, task: str) -> None:
        """The map in the colours of the labels; each of its squares that holds records leads to them."""
        every, side = np.arange(len(self.collection)), SIDE // SQUARES
        colours, groups = coloured(self.collection, task, "true", every)
        (self.folder / "map.png").write_bytes(drawn(plane, colours))
        squares = []
        for x, y in np.ndindex(SQUARES, SQUARES):
            area = read_area(area_of([(x * side, y * side), ((x + 1) * side, (y + 1) * side)]))
            if len(places := np.flatnonzero(plane.within(area))):
                self._list(f"cells/map-{x}-{y}", places, f"records of square {x + 1}, {y + 1} of the map", task)
                squares.append((x, y, len(places)))
        self._page("map.html", "still_map.html.jinja", task=task, groups=groups, squares=squares, side=SQUARES)

    def _page(self, address: str, template: str, **values: Any) -> None:
        shared = {"root": "../" * address.count("/"), "name": self.bench.title, "pictures": self.pictures,
                  "matrices": [labels.task.name for labels in self.answered],
                  "has_map": self.plane is not None and bool(self.collection.labels)}  # fmt: skip
        (self.folder / address).write_text(render(template, shared | values), encoding="utf-8")


def _addresses(stem: str, count: int) -> Sequence[str]:
    """Of the pages of a list."""
    return [f"{stem}-{page}.html" if page > 1 else f"{stem}.html" for page in range(1, max(1, -(-count // PAGE)) + 1)]
