"""Words and regions that a fusion reads together, as a page shows them without a script."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from vbg_framework.learning.explanation.links import Links
from vbg_framework.report.view import picture as data_url

COLOUR = (235, 120, 0)
DEEPEST = 200  # opacity of the cell that is read most, of 255
CELLS = 4  # regions along each side that can be pointed at
WORDS = 3  # of a region that light up


def linked(links: Links) -> dict[str, Any]:
    """What the page needs: `pieces` of the text with their maps, and `cells` of the picture with their words."""
    words = [links.text[start:end] for start, end in links.words]
    return {
        "pieces": _pieces(links, words),
        "cells": [_cell(row, column, links, words) for row in range(CELLS) for column in range(CELLS)],
    }


def _pieces(links: Links, words: Sequence[str]) -> list[dict[str, Any]]:
    """The text in order: what stands between words, and words with a number, a map and where it is hottest."""
    made: list[dict[str, Any]] = []
    index = 0
    for number, ((start, end), share) in enumerate(zip(links.words, links.weights, strict=True)):
        row, column = np.unravel_index(share.argmax(), share.shape)
        where = {"row": int(row) + 1, "column": int(column) + 1, "share": float(share.max())}
        made += [
            {"text": links.text[index:start]},
            {"text": words[number], "word": number, "map": _map(share), **where},
        ]
        index = end
    return [*made, {"text": links.text[index:]}]


def _cell(row: int, column: int, links: Links, words: Sequence[str]) -> Mapping[str, Any]:
    """A region with the numbers of the words it reads most."""
    step = links.regions.shape[0] // CELLS
    part = links.regions[row * step : (row + 1) * step, column * step : (column + 1) * step].mean((0, 1))  # (W,)
    first = [int(word) for word in np.argsort(-part, kind="stable")[:WORDS] if part[word] > 0]
    name = ", ".join(f"{words[word]} {part[word]:.0%}" for word in first)
    return {"row": row + 1, "column": column + 1, "words": first, "name": name or "nothing"}


def _map(share: np.ndarray) -> str | None:
    """A picture of 8 x 8 pixels to lay over the record's own."""
    cells = np.zeros((*share.shape, 4), np.uint8)
    cells[..., :3] = COLOUR
    cells[..., 3] = share / (share.max() or 1) * DEEPEST
    buffer = io.BytesIO()
    Image.fromarray(cells, "RGBA").save(buffer, "PNG")
    return data_url(buffer.getvalue())
