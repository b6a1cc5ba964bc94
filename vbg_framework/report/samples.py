"""What the page shows of generated records, worked out from the files of a run."""

from __future__ import annotations

import io
import math
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vbg_framework.base.json_file import read_json
from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.run_folder import Round
from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.data.splits.clusters import NEAR
from vbg_framework.generation.pool import Entry
from vbg_framework.generation.quality.gallery import PAIRS, SIDE, Pair, shown
from vbg_framework.report.inputs import json_file
from vbg_framework.report.plots import Points, curves
from vbg_framework.report.quality import quality_view
from vbg_framework.report.view import duration, size
from vbg_framework.report.view import picture as data_url

REASONS = {
    "refused": "could not be made",
    "none": "could not be made",
    "blank": "blank",
    "copy": "copies of a real image",
    "unjudged": "of a class that cannot be judged",
    "class": "not showing their class",
    "outlier": "unlike any real record",
    "duplicate": "repeating another",
}
REVIEW = "review.json"
"""What experts said of the samples; `vbg review-samples` keeps it."""
GRID = 480  # px of a grid of samples
POINTS = 300  # of a loss curve
TEXTS = 3  # per class

Line = Mapping[str, Any]


class Generated(Round):
    """What the report needs of a round."""

    generated: dict[str, int]


def generated(folder: Path) -> dict[str, Any] | None:
    """Everything the section on generated records needs; None if the run generated none. Missing parts are empty.

    Args:
        folder: of a run: `rounds.json`, `metrics.json`, `synthetic/`, `quality.json`, `augmenter/`.

    Raises:
        VBGError: one of the files is broken.
    """
    file = folder / "rounds.json"
    rounds = read_json(file, list[Generated]) if file.exists() else []
    if not rounds:
        return None
    pool = folder / "synthetic"
    lines = read_lines(pool / "samples.jsonl", Entry)
    pairs = {line["id"]: line for line in read_lines(pool / PAIRS, Pair)}
    quality = json_file(folder / "quality.json")
    closest = ((quality.get("memorisation") or {}).get("closest")) or []
    images = {line["id"]: line["image"] for line in lines}
    return {
        "rounds": [_round(report) for report in rounds],
        "costs": _costs(json_file(folder / "metrics.json").get("generated", {})),
        "count": len(lines),
        "groups": _groups(pool, lines, pairs),
        "closest": [_pair(pool, line["id"], images.get(line["id"]), pairs) for line in closest],
        "review": json_file(folder / REVIEW),
        "judges": _judges(json_file(folder / "judge.json")),
        "quality": quality_view(quality) if quality else None,
        "losses": _losses(folder / "augmenter" / "losses.jsonl"),
        "grids": _grids(folder / "augmenter" / "grids"),
    }


def _judges(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the judge of each modality can tell, task by task and class by class."""
    return [
        {"modality": modality, "name": judge["name"], "task": task,
         "classes": [{"name": name, **rule} for name, rule in classes.items()]}
        for modality, judge in results.items() for task, classes in judge["tasks"].items()
    ]  # fmt: skip


def _costs(results: Mapping[str, Any]) -> list[dict[str, str | None]]:
    """What fitting and generating took; empty where nobody kept account."""
    return [
        {
            "what": what,
            "seconds": duration(results[f"{key}_seconds"]),
            "thousand": duration(results.get("seconds_per_1000")) if key == "generate" else None,
            "memory": size(results.get(f"{key}_memory")),
            "device_memory": size(results.get(f"{key}_device_memory")),
            "device": results.get(f"{key}_device"),
        }
        for key, what in (("fit", "Fitting the augmenter"), ("generate", "Generating, all rounds"))
        if results.get(f"{key}_seconds") is not None
    ]


def _round(report: Line) -> dict[str, Any]:
    recall, seconds = report["recall"] or {}, report["seconds"]
    lost = {why: sum(counts.values()) for why, counts in report["dropped"].items()}
    classes = [
        {
            "name": name,
            "asked": requested,
            "kept": report["kept"].get(name, 0),
            "dropped": _words({why: counts.get(name, 0) for why, counts in report["dropped"].items()}),
            "recall": recall.get(name),
        }
        for name, requested in report["asked"].items()
    ]
    return {
        "number": report["round"],
        **{key: sum(report[key].values()) for key in ("asked", "generated", "kept")},
        "dropped": _words(lost),
        "score": report["score"],
        "diversity": (report.get("diversity") or {}).get("ratio"),
        "labels": [
            {"task": task, "claimed": claimed, "confirmed": confirmed}
            for task, (claimed, confirmed) in report.get("labels", {}).items()
        ],
        "generate": duration(seconds.get("generate")),
        "train": duration(seconds.get("train")),
        "classes": sorted((row for row in classes if row["asked"]), key=lambda row: -row["asked"]),
        "most": max([1, *report["asked"].values()]),
    }


def _words(lost: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {REASONS.get(why, why)}" for why, count in lost.items() if count)


def _groups(pool: Path, lines: Sequence[Line], pairs: Mapping[str, Line]) -> list[dict[str, Any]]:
    """Per class some pictures, each with its nearest training picture, and some texts."""
    pictured = [line for line in lines if line["image"]]
    chosen = shown([_class(line) for line in pictured])
    texts: dict[str, list[Mapping[str, str]]] = {}
    for line in lines:
        if line["text"]:
            texts.setdefault(_class(line), []).append(line["text"])
    return [
        {
            "name": name,
            "pictures": [_pair(pool, pictured[i]["id"], pictured[i]["image"], pairs) for i in chosen.get(name, ())],
            "texts": texts.get(name, [])[:TEXTS],
        }
        for name in sorted({*chosen, *texts})
    ]


def _class(line: Line) -> str:
    wanted = line["origin"].get("request") or line["targets"]
    return " · ".join(map(str, wanted.values()))


def _pair(pool: Path, identity: str, image: str | None, pairs: Mapping[str, Line]) -> dict[str, Any]:
    """A generated picture and its nearest training picture, if that is known."""
    result = pairs.get(identity)
    return {
        "id": identity,
        "image": embedded(pool, image),
        "nearest": result and {**result, "image": embedded(pool, result["image"]), "copied": result["bits"] <= NEAR},
    }


def embedded(folder: Path, name: str | None, side: int = SIDE) -> str | None:
    """A picture below the folder as a data URL; None if it lies elsewhere or cannot be read."""
    path = Path(os.path.realpath(folder / (name or "")))
    if not name or not path.is_relative_to(os.path.realpath(folder)):
        return None
    try:
        image = decode(path)
    except ImageError:
        return None
    image.thumbnail((side, side))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=85)
    return data_url(buffer.getvalue())


def _losses(path: Path) -> str | None:
    lines = [line for line in read_lines(path) if isinstance(line.get("step"), int)]
    latest = dict(sorted((line["step"], line) for line in lines))  # after a resumption the later value counts
    names = dict.fromkeys(name for line in lines for name in line if name != "step")
    results = {name: _points(latest.values(), name) for name in names}
    kept = {name: points for name, points in results.items() if len(points[0])}
    return curves(kept, x="steps of the augmenter", y="loss") if kept else None


def _points(lines: Iterable[Line], name: str) -> Points:
    """The finite values of one loss, averaged to at most 300 points."""
    pairs = [(line["step"], line[name]) for line in lines if isinstance(line.get(name), int | float)]
    kept = np.array([pair for pair in pairs if math.isfinite(pair[1])], float).reshape(-1, 2)
    bins = np.array_split(kept, min(POINTS, len(kept))) if len(kept) else []
    return [float(part[-1, 0]) for part in bins], [float(part[:, 1].mean()) for part in bins]


def _grids(folder: Path) -> list[dict[str, str]]:
    """The first, the middle and the last grid of samples."""
    paths = sorted(folder.glob("*.png"), key=lambda path: [int(n) for n in re.findall(r"\d+", path.stem)])
    some = dict.fromkeys(paths[place] for place in (0, len(paths) // 2, -1)) if paths else {}
    results = [(path.stem, embedded(folder, path.name, GRID)) for path in some]
    return [{"name": name, "image": image} for name, image in results if image]
