"""Whether the explanations of a run's model are faithful, measured on objects that it did not learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.explanation.explanation import explain
from vbg_framework.learning.explanation.faithfulness import Faithfulness, Gain, gains, summed
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.screen import Screen

FILE = "faithfulness.json"
"""Kept in the folder of the run; the pages of `vbg explain` read it."""
PARTS = {"regions": "Regions", "words": "Words"}
Measured = dict[str, dict[str, Faithfulness]]


def measure_faithfulness(
    evidence: Evidence, count: int, screen: Screen, tasks: Sequence[str] = (), seed: int = 0
) -> Measured:
    """Task -> `regions` and `words` -> deletion and insertion against a random order, and keep them with the run.

    Args:
        evidence: the records of the run.
        count: objects of the test part, one record each, drawn by the seed.
        screen: shows progress.
        tasks: the questions; empty = all.
        seed: of the draw and of the random orders.

    Raises:
        VBGError: the test part has fewer than two objects that the model reads.
    """
    model = evidence.finished.model
    places = drawn(evidence, count, seed)
    results: dict[str, dict[str, list[Gain]]] = {}
    with screen.progress("Explaining", len(places)) as bar:
        for index in places:
            record = evidence.items.record(index)
            inputs = model.reading(record).inputs
            for each in explain(model, record, tasks) if inputs else ():
                for part, gain in gains(model, each, inputs, seed + index).items():
                    results.setdefault(each.task, {}).setdefault(part, []).append(gain)
            bar.advance(1)
    measured = {
        task: {part: summed(each) for part, each in parts.items() if len(each) > 1} for task, parts in results.items()
    }
    kept = {task: {part: each.json() for part, each in parts.items()} for task, parts in measured.items()}
    evidence.finished.run.write_json(FILE, known(evidence.finished.run) | kept)
    return measured


def drawn(evidence: Evidence, count: int, seed: int) -> list[int]:
    """Places of one record each of some objects of the test part.

    Raises:
        VBGError: it has fewer than two.
    """
    clusters = evidence.items.column("cluster")
    first: dict[str, int] = {}
    for index, part in enumerate(evidence.parts):
        if part == "test":
            first.setdefault(clusters[index], index)
    places = np.array([*first.values()])
    if len(places) < 2:
        what = f"the test part has {len(places)} objects, and an interval needs two"
        raise VBGError("vbg explain", what, "Measure it on a run with more objects.")
    drawn = np.random.default_rng(seed).permutation(len(places))[:count]
    return [int(place) for place in np.sort(places[drawn])]


def known(run: Any) -> dict[str, dict[str, Mapping[str, Any]]]:
    """What was measured before; nothing if nobody asked."""
    return dict(run.read_json(FILE)) if (run.path / FILE).exists() else {}


def sentence(part: str, measured: Mapping[str, Any] | None, run: str) -> str:
    """What a page says of a kind of part."""
    if measured is None:
        return f"Whether they are faithful to this model was not measured: vbg explain {run} --check 30."
    deletion, insertion = (_points(measured[name]) for name in ("deletion", "insertion"))
    verdict = "Shown to be faithful to this model" if measured["faithful"] else "NOT shown to be faithful to this model"
    return (
        f"{verdict}, on {measured['objects']} test objects: gain over a random order {deletion} points of probability "
        f"where parts are left out, {insertion} where they come back."
    )


def _points(results: Sequence[float]) -> str:
    mean, low, high = (100 * value for value in results)
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})"
