"""Whether explanations point at what decides: a pointing game and a word hit rate where the truth is known.

    uv run python benchmarks/evidence.py RUN [--objects 60] [--randomise]

RUN is a run on the mini museum, which knows the box and the words that decide each task. Where ornaments are
`repeated`, no zone tells of another. One record each of some test objects is explained. Of right answers, `pointing` is
the share of maps whose hottest cell has its middle inside the box (Zhang et al. 2018); `other zones` how often it lies
in each of the zones that do not decide; `chance` the mean share of the picture that boxes cover; `ceiling` the share of
boxes that hold the middle of a cell. `words` is the share of texts that name the class in which one of the three words
with the largest fall names it, beside three words drawn at random. Of a task that no picture shows, the box is that of
the zone the text speaks of: a map that finds it knows what it cannot know. With `--randomise` weights are shuffled from
the head down (Adebayo et al. 2018), and the rank correlation of maps with those of the trained model is shown.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from math import comb
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr
from vbg_mini_museum.decoration import ZONES
from vbg_mini_museum.truth import Truth, truths

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.explanation.explanation import Explanation, explain
from vbg_framework.runs.evidence.faithful import drawn
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen
from vbg_framework.statistics.interval import wilson_interval

HEAD = ("task", "picture shows", "objects", "pointing", "other zones", "chance", "ceiling", "texts", "words", "chance")
FIRST = 3  # words that count
WHOLE = ("form", "glaze")  # what the whole piece shows
STAGES = ("classifier", "fusion", "encoders")


def pointed(regions: np.ndarray, box: tuple[float, ...]) -> bool:
    """Whether the middle of the hottest cell lies in the box."""
    row, column = np.unravel_index(regions.argmax(), regions.shape)
    return _inside((column + 0.5) / regions.shape[1], (row + 0.5) / regions.shape[0], box)


def reachable(shape: tuple[int, ...], box: tuple[float, ...]) -> bool:
    """Whether any cell has its middle in the box."""
    return any(
        _inside((c + 0.5) / shape[1], (r + 0.5) / shape[0], box) for r in range(shape[0]) for c in range(shape[1])
    )


def named(result: Explanation, words: str) -> tuple[bool, float]:
    """Whether one of the first three words is among those that decide, and how probable that is by chance."""
    start = result.text.index(words)
    right = [begin < start + len(words) and end > start for begin, end, _ in result.words]
    first = sorted(range(len(right)), key=lambda place: -result.words[place][2])[:FIRST]
    missed = comb(len(right) - sum(right), min(FIRST, len(right))) / comb(len(right), min(FIRST, len(right)))
    return any(right[place] for place in first), 1 - missed


def _inside(x: float, y: float, box: tuple[float, ...]) -> bool:
    left, top, right, bottom = box
    return left <= x <= right and top <= y <= bottom


def row(results: list[tuple[Explanation, Truth]]) -> tuple[str, ...]:
    """The cells of one task, in the order of `HEAD`."""
    task = results[0][0].task
    shows = any(task in truth.boxes for _, truth in results)
    boxes = [(result.regions, truth.boxes.get(task) if shows else truth.dated) for result, truth in results]
    maps = [(regions, box) for regions, box in boxes if regions is not None and box]
    said = [named(result, truth.words[task]) for result, truth in results if truth.words.get(task) and result.text]
    others = [pointed(result.regions, box) for result, truth in results for box in wrong(truth, task)]
    areas = [(right - left) * (bottom - top) for _, (left, top, right, bottom) in maps]
    hits, reached = ([judge(*each) for each in maps] for judge in (pointed, lambda r, box: reachable(r.shape, box)))
    named_by_chance = f"{np.mean([chance for _, chance in said]):.2f}" if said else "-"
    texts = (str(len(said)), share([hit for hit, _ in said]), named_by_chance)
    chances = (mean(others), f"{np.mean(areas):.2f}", mean(reached))
    return task, "yes" if shows else "no", str(len(maps)), share(hits), *chances, *texts


def wrong(truth: Truth, task: str) -> list[tuple[float, ...]]:
    """The zones that do not decide a task that one zone decides, or would."""
    right = truth.boxes.get(task, truth.dated)
    return [truth.boxes[zone] for zone in ZONES if truth.boxes[zone] != right] if task not in WHOLE else []


def mean(hits: list[bool]) -> str:
    """A share without an interval."""
    return f"{np.mean(hits):.2f}" if hits else "-"


def share(hits: list[bool]) -> str:
    """With its 95 % interval."""
    if not hits:
        return "-"
    low, high = wilson_interval(float(np.mean(hits)), len(hits))
    return f"{np.mean(hits):.2f} ({low:.2f} to {high:.2f})"


def randomised(model: torch.nn.Module, stage: str, seed: int) -> None:
    """Shuffle the weights of one part, each tensor in itself: their sizes stay, what was learnt is gone."""
    generator = torch.Generator().manual_seed(seed)
    part = getattr(model, stage)
    for weight in part.parameters() if part is not None else ():
        order = torch.randperm(weight.numel(), generator=generator)
        weight.data = weight.data.flatten()[order].reshape(weight.shape)


def likeness(before: list[list[Explanation]], after: list[list[Explanation]]) -> Iterator[float]:
    """Rank correlation of each map with the one before; of a flat map nothing."""
    for old, new in zip((one for each in before for one in each), (one for each in after for one in each), strict=True):
        if old.regions is not None and new.regions is not None and np.ptp(old.regions) and np.ptp(new.regions):
            yield spearmanr(old.regions.ravel(), new.regions.ravel()).statistic


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--objects", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--randomise", action="store_true")
    given = parser.parse_args()
    evidence = Evidence(FinishedRun(RunFolder(given.run), load_plugins()), Screen())
    model, known = evidence.finished.model, dict(truths(evidence.finished.model.data.config))
    records = [evidence.items.record(place) for place in drawn(evidence, given.objects, given.seed)]
    explained = [explain(model, record) for record in records]
    print(*HEAD, sep=" | ")
    for number, task in enumerate(model.tasks):
        pairs = zip((each[number] for each in explained), records, strict=True)
        right = [(result, known[record.id]) for result, record in pairs if record.targets.get(task) == result.label]
        print(*(row(right) if right else (task,)), sep=" | ")
    for stage in STAGES if given.randomise else ():
        randomised(model.model, stage, given.seed)
        values = [*likeness(explained, [explain(model, record) for record in records])]
        print(f"weights shuffled down to the {stage}: rank correlation {np.mean(values):.2f} of {len(values)} maps")


if __name__ == "__main__":
    main()
