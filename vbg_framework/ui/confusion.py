"""The page of the confusion matrix, whose cells lead to their objects."""

from __future__ import annotations

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
    part = query.part or next((name for name in ("test", *there) if name in there), "test")
    counts = labels.matrix(collection.parts == PARTS.index(part))
    shown = np.flatnonzero(counts.sum(0) + counts.sum(1))
    return here.page(
        request, "confusion.html.jinja", query=query, part=part, parts=there, tasks=single,
        rows=_rows(counts, shown, labels), columns=[labels.task.classes[code] for code in shown],
        right=int(np.trace(counts)), total=int(counts.sum()),
    )  # fmt: skip


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
