"""Where records of a run lie for its encoders, its fusion and its head. n records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from vbg_framework.base.jsonl import read_lines
from vbg_framework.contracts.record import classes_of
from vbg_framework.generation.pool import Entry, records
from vbg_framework.report.feature_map import GENERATED, Alike, FeatureMap, Panel, Point
from vbg_framework.report.samples import embedded
from vbg_framework.runs.evidence.embedding import Embedding
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.projection import flat
from vbg_framework.runs.evidence.shown import thumbnail
from vbg_framework.statistics.interval import wilson_interval

OBJECTS = 200
"""Most objects of the test part, and as many of the training part, that are drawn by a seed; one record of each."""
MADE = 100
"""Most generated records."""
SIDE = 64  # px of a thumbnail


class Drawn(NamedTuple):
    """A record that takes part: its dot, and what the model reads of it."""

    point: Point
    inputs: dict[str, Any]


def drawn(evidence: Evidence) -> list[Drawn]:
    """Records of the test part, of the training part and generated ones, of which the model can read something."""
    real = [_real(evidence, place) for part in ("test", "train") for place in _places(evidence, part)]
    return [each for each in [*real, *_made(evidence)] if each.inputs]


def spaces(some: Sequence[Drawn], embedding: Embedding, layout: str) -> FeatureMap:
    """Lay records out on a plane per kind of vector.

    Args:
        some: n records.
        embedding: their vectors.
        layout: one of `projection.LAYOUTS`.
    """
    points = [each.point for each in some]
    panels = [_panel(embedding, name, points, layout) for name in embedding.vectors]
    return FeatureMap(layout=layout, points=points, panels=panels)


def _places(evidence: Evidence, part: str) -> list[int]:
    """Of each object the first record, of these at most so many."""
    clusters = evidence.items.column("cluster")
    first: dict[str, int] = {}
    for place, (cluster, own) in enumerate(zip(clusters, evidence.parts, strict=True)):
        if own == part:
            first.setdefault(cluster, place)
    return [list(first.values())[index] for index in _sampled(len(first), OBJECTS)]


def _sampled(count: int, most: int) -> list[int]:
    return sorted(np.random.default_rng(0).permutation(count)[:most].tolist())


def _real(evidence: Evidence, place: int) -> Drawn:
    item, identity = evidence.items[place], evidence.ids[place]
    targets = evidence.items.record(place).targets
    labels = {task.name: list(classes_of(targets.get(task.name))) for task in evidence.items.tasks}
    image = thumbnail(evidence, identity, SIDE)
    return Drawn(Point(id=identity, part=evidence.parts[place], labels=labels, image=image), item["inputs"])


def _made(evidence: Evidence) -> list[Drawn]:
    pool, tasks = evidence.finished.run.path / "synthetic", [task.name for task in evidence.items.tasks]
    entries = read_lines(pool / "samples.jsonl", Entry)
    chosen = [entries[place] for place in _sampled(len(entries), MADE)]
    found = []
    for entry, record in zip(chosen, records(pool, chosen), strict=True):
        labels = {name: list(classes_of(record.targets.get(name))) for name in tasks}
        point = Point(id=record.id, part=GENERATED, labels=labels, image=embedded(pool, entry["image"], SIDE))
        found.append(Drawn(point, dict(evidence.finished.model.reading(record).inputs)))
    return found


def _panel(embedding: Embedding, name: str, points: Sequence[Point], layout: str) -> Panel:
    known = embedding.present[name]
    x = embedding.even(name, *embedding.scale(name))[known]
    laid = flat(x, layout)
    places: list[list[float] | None] = [None] * len(points)
    for number, place in zip(np.flatnonzero(known), laid.places.tolist(), strict=True):
        places[number] = None if np.isnan(place).any() else [round(share, 4) for share in place]
    here = [points[number] for number in np.flatnonzero(known).tolist()]
    tasks = points[0]["labels"] if points else {}
    measured = {task: found for task in tasks if (found := _alike(x, here, task))}
    return Panel(name=name, numbers=x.shape[1], places=places, held=laid.held, alike=measured)


def _alike(x: np.ndarray, points: Sequence[Point], task: str) -> Alike | None:
    """How often the training record of the largest cosine has the label of a test record; of several, the first label.

    Args:
        x: (n, D).
        points: n records.
        task: whose labels count.
    """
    labels = [next(iter(each["labels"].get(task, ())), "") for each in points]
    learnt, asked = (
        [place for place, each in enumerate(points) if each["part"] == part and labels[place]]
        for part in ("train", "test")
    )
    if not learnt or not asked:
        return None
    unit = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    nearest = (unit[asked] @ unit[learnt].T).argmax(1)
    same = np.array([[labels[place] == labels[other] for other in learnt] for place in asked])
    share = float(same[np.arange(len(asked)), nearest].mean())
    low, high = wilson_interval(share, len(asked))
    return Alike(records=len(asked), share=share, low=float(low), high=float(high), chance=float(same.mean()))
