"""The page of the confusion matrix, whose cells lead to their objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from vbg_framework.base.errors import VBGError
from vbg_framework.ui.collection import PARTS, Collection
from vbg_framework.ui.desk import desk
from vbg_framework.ui.labels import Labels
from vbg_framework.ui.query import Query

HEATS = 9  # shades of a cell


def confusion(request: Request) -> Response:
    """Labels against answers of one task and one part."""
    here = desk(request)
    collection = here.bench.collection
    single = [task.name for task in collection.tasks if not task.multi_label]
    query = Query.read(dict([("task", name) for name in single[:1]], **request.query_params), collection)
    if query.task not in single:
        raise VBGError("confusion", f"'{query.task}' has several labels per record", "Choose another task.")
    labels = collection.labels[query.task]
    there = answered_parts(collection, labels)
    part = query.part or usual_part(there)
    matrix = confused(collection, labels, part)
    cells = {pair: "/" + query.address(true=pair[0], predicted=pair[1], part=part, page=1) for pair in matrix["pairs"]}
    return here.page(
        request, "confusion.html.jinja", query=query, part=part, parts=there, tasks=single, cells=cells, **matrix
    )  # fmt: skip


def confused(collection: Collection, labels: Labels, part: str) -> dict[str, Any]:
    """What a page shows of one task and part: `rows`, `columns`, `pairs` of label and answer, `right` and `total`."""
    counts = labels.matrix(collection.parts == PARTS.index(part))
    shown, names = np.flatnonzero(counts.sum(0) + counts.sum(1)), labels.task.classes
    return {
        "rows": _rows(counts, shown, labels), "columns": [names[code] for code in shown],
        "pairs": [(names[one], names[other]) for one, other in zip(*np.nonzero(counts), strict=True)],
        "right": int(np.trace(counts)), "total": int(counts.sum()),
    }  # fmt: skip


def usual_part(there: Sequence[str]) -> str:
    """The part that is shown if nobody names one."""
    return next((name for name in ("test", *there) if name in there), "test")


def answered_parts(collection: Collection, labels: Labels) -> list[str]:
    """The parts of the split in which a model was asked about a record."""
    return [PARTS[code] for code in np.unique(collection.parts[labels.answered >= 0])]


def _rows(counts: np.ndarray, shown: np.ndarray, labels: Labels) -> list[dict[str, Any]]:
    """Per label its name and its cells: class of the answer, count, shade by the share of the row."""
    names, rows = labels.task.classes, []
    for one in shown:
        total = int(counts[one].sum())
        shades = np.ceil(HEATS * counts[one] / max(total, 1)).astype(int)
        cells = [(names[other], int(counts[one, other]), int(shades[other]), one == other) for other in shown]
        rows.append({"name": names[one], "cells": cells, "total": total})
    return rows
