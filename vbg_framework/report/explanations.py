"""The page that says why a model gives an answer."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from vbg_framework.base.publication import write_json, write_text
from vbg_framework.learning.explanation.explanation import Explanation
from vbg_framework.learning.explanation.links import Links
from vbg_framework.learning.explanation.pointing import Box, pointing
from vbg_framework.report.linked import linked
from vbg_framework.report.page import render
from vbg_framework.report.view import picture as data_url

SIDE, LEAST = 420, 240  # px; a smaller picture is enlarged, so that its map can be seen
FOR, AGAINST = (235, 120, 0), (40, 90, 200)
DEEPEST = 170  # opacity of the hottest cell, of 255


def write_explanation(
    folder: Path, results: Sequence[Explanation], picture: Image.Image | None, near: Sequence[Any], run: str,
    faithful: Mapping[str, Mapping[str, str]], links: Links | None = None,
) -> Path:  # fmt: skip
    """Write `<id>.html` and `<id>.json` about one record; everything from data is escaped, scripts are forbidden.

    Args:
        folder: where they go; made if it is absent.
        results: the explanations of its tasks.
        picture: of the record.
        near: rows of the training records like it: `near` (a `Neighbour`), `image` and `text`.
        run: name of the run.
        faithful: task -> `regions` and `words` -> what was measured of their faithfulness, in a sentence.
        links: words and regions that the fusion reads together; None = the model does not show them.

    Returns:
        The page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = file_name(results[0].prediction.id)
    write_json(folder / f"{name}.json", [each.json() for each in results])
    write_text(folder / f"{name}.html", explanation_page(results, picture, near, run, faithful, links))
    return folder / f"{name}.html"


def explanation_page(
    results: Sequence[Explanation], picture: Image.Image | None, near: Sequence[Any], run: str,
    faithful: Mapping[str, Mapping[str, str]], links: Links | None = None, boxes: Sequence[Box] = (),
) -> str:  # fmt: skip
    """The page alone; arguments as of `write_explanation`, and `boxes`: regions that people marked on the picture."""
    said = results[0].prediction
    view: dict[str, Any] = {"id": said.id, "problem": said.problem, "run": run, "near": near}
    view |= {"links": links and linked(links), "plain": picture and bare(picture)}
    view["both"] = bool(picture and results[0].text)
    view["tasks"] = [{**_task(each, picture, boxes), "faithful": faithful[each.task]} for each in results]
    return render("explanation.html.jinja", view)


def file_name(identity: str) -> str:
    """An id as the name of a file: letters, digits, dot, dash; never hidden, never out of its folder.

    Where that changes the id, a part of its hash follows, so that no two ids share a file.
    """
    kept = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in identity).strip(".")[:80]
    if kept and kept == identity:
        return kept
    return f"{kept or 'record'}-{hashlib.sha256(identity.encode(errors='surrogatepass')).hexdigest()[:12]}"


def _task(result: Explanation, picture: Image.Image | None, boxes: Sequence[Box]) -> dict[str, Any]:
    said = sorted(result.prediction.probabilities[result.task].items(), key=lambda each: -each[1])
    plain = heat = pointed = None
    if result.regions is not None and picture is not None:
        plain, heat = bare(picture), overlaid(picture, result.regions, boxes)
        pointed = pointing(result.regions, boxes) if boxes else None
    return {
        "found": result, "classes": said[:8], "set": result.prediction.sets.get(result.task, ()),
        "heat": heat, "plain": plain, "pointed": pointed,
        "pieces": pieces(result), "fields": sorted(result.fields.items(), key=lambda each: -abs(each[1])),
    }  # fmt: skip


def pieces(result: Explanation) -> list[tuple[str, float, float]]:
    """The text in pieces: what it says, the fall of the probability without it, and that in shares of the largest."""
    most = max((abs(fall) for *_, fall in result.words), default=0) or 1
    made, index = [], 0
    for start, end, fall in result.words:
        made += [(result.text[index:start], 0.0, 0.0), (result.text[start:end], fall, fall / most)]
        index = end
    return [*made, (result.text[index:], 0.0, 0.0)]


def overlaid(
    picture: Image.Image, regions: np.ndarray, boxes: Sequence[Box] = (), least: float = 0.0
) -> str | None:  # fmt: skip
    """The picture under its map, as a data URL: orange where it speaks for the class, blue where against.

    Args:
        picture: of the record.
        regions: (rows, columns) the map; its largest value has the full colour.
        boxes: regions that people marked; they have an edge.
        least: what has the full colour at least, so that a map of nothing is pale.
    """
    small = _small(picture)
    share = np.clip(regions / (max(np.abs(regions).max(), least) or 1), -1, 1)
    cells = np.zeros((*regions.shape, 4), np.uint8)
    cells[..., :3] = np.where(share[..., None] > 0, FOR, AGAINST)
    cells[..., 3] = (np.abs(share) * DEEPEST).astype(np.uint8)
    layer = Image.fromarray(cells, "RGBA").resize(small.size, Image.Resampling.BICUBIC)
    whole = Image.alpha_composite(small.convert("RGBA"), layer).convert("RGB")
    for left, top, width, height in boxes:
        corners = (left, top, left + width, top + height)
        x, y, right, bottom = (round(each * side / 100) for each, side in zip(corners, 2 * small.size, strict=True))
        ImageDraw.Draw(whole).rectangle([x - 1, y - 1, right + 1, bottom + 1], outline="black")
        ImageDraw.Draw(whole).rectangle([x, y, right, bottom], outline="white")
    return _url(whole)


def bare(picture: Image.Image) -> str | None:
    """The picture at the size of its map, as a data URL."""
    return _url(_small(picture))


def _small(picture: Image.Image) -> Image.Image:
    copy = picture.convert("RGB")
    copy.thumbnail((SIDE, SIDE))
    if max(copy.size) >= LEAST:
        return copy
    scale = LEAST / max(copy.size)
    return copy.resize([max(1, round(scale * side)) for side in copy.size], Image.Resampling.BICUBIC)


def _url(picture: Image.Image) -> str | None:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    return data_url(buffer.getvalue())
