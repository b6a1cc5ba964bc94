"""Adds to a run folder what a run with an augmenter leaves."""

import json
from pathlib import Path

import numpy as np
from PIL import Image

from vbg_framework.base.jsonl import write_lines

EVIL = "<script>alert(1)</script>"
ASKED = {"bowl": 12, "vase": 6, "jar": 0}


def add_generated(folder: Path, *, classes=ASKED, quality=True) -> Path:
    """Two rounds, samples with texts, nearest pictures, measures, losses and grids."""
    rounds = [_round(1, classes, score=0.71), _round(2, classes, score=None)]
    (folder / "rounds.json").write_text(json.dumps(rounds))
    pool = folder / "synthetic"
    (pool / "round-2").mkdir(parents=True)
    (pool / "nearest").mkdir()
    names = [name for name, count in classes.items() for _ in range(count)]
    write_lines(pool / "samples.jsonl", [_sample(pool, i, name) for i, name in enumerate(names)])
    write_lines(pool / "nearest.jsonl", [_nearest(pool, i, name) for i, name in enumerate(names[:12])])
    if quality:
        (folder / "quality.json").write_text(json.dumps(measured(len(names))))
    grids = folder / "augmenter" / "grids"
    grids.mkdir(parents=True)
    for step in (5, 10, 100):
        noise(step, 600).save(grids / f"step-{step}.png")
    losses = [{"step": i, "generator": 1 / i, "discriminator": None if i % 2 else 0.5} for i in range(1, 1001)]
    write_lines(folder / "augmenter" / "losses.jsonl", losses)
    return folder


def noise(seed, side=64):
    return Image.fromarray(np.random.default_rng(seed).integers(0, 255, (8, 8, 3), np.uint8)).resize((side, side))


def _round(number, classes, score):
    return {
        "round": number,
        "asked": dict(classes),
        "generated": dict(classes),
        "dropped": {"blank": {"bowl": 2}, "class": {"bowl": 1, "vase": 3}, "odd": {"vase": 1}},
        "kept": {name: count // 2 for name, count in classes.items()},
        "labels": {"glaze": [9, 6]},
        "diversity": {"generated": 0.1, "real": 0.2, "ratio": 0.5, "classes": 2},
        "recall": None if score is None else dict.fromkeys(classes, 0.625),
        "score": score,
        "seconds": {"generate": 12.3} if score is None else {"generate": 12.3, "train": 192.0},
    }


def _sample(pool, i, name):
    image = f"round-2/SYN_2_{i:06d}.png"
    noise(i).save(pool / image)
    text = {"title": f"A {EVIL} bowl", "note": "Ash & salt. " * 100} if i == 0 else {"title": f"Piece {i}"}
    origin = {"generator": "gan", "request": {"form": name}, "sources": []}
    line = {"id": f"SYN_2_{i:06d}", "image": image, "text": text, "metadata": None, "licence": "", "request": name}
    return {**line, "targets": {"form": name}, "origin": origin}


def _nearest(pool, i, name):
    noise(1000 + i, 96).save(pool / "nearest" / f"{i}.jpg")
    line = {"id": f"SYN_2_{i:06d}", "nearest": f"real {EVIL} {i}", "class": name, "distance": 1.5}
    return {**line, "bits": 3 if i == 0 else 120, "image": f"nearest/{i}.jpg"}


def measured(count):
    """What `measure` returns."""
    spread = {"value": 0.81, "n": count, "reference": 0.95}
    return {
        "network": "CNN trained on 1,204 real training images, seed 42",
        "n": {"records": count, "images": count, "train": 1204, "held_out": 210},
        "kid": {"value": 0.0312, "error": 0.0041, "n": count, "reference": {"value": -0.001, "error": 0.003, "n": 200}},
        **dict.fromkeys(("precision", "recall", "density", "coverage"), spread),
        "recovery": {
            "form": {
                "accuracy": 0.75,
                "interval": [0.62, 0.85],
                "n": count,
                "per_class": {"bowl": [9, 12], "vase": [4, 6]},
                "real_per_class": {"bowl": [27, 30]},
                "compared": {"classes": 1, "n": 12, "generated": 0.75, "real": 0.9},
            }
        },
        "memorisation": {
            "near_copies": {"count": 1, "n": count, "share": 1 / count},
            "distance": 1.2,
            "reference": 1.6,
            "ratio": 0.75,
            "closer": 0.2,
            "reference_copies": 0.0,
            "compared": count,
            "closest": [{"id": "SYN_2_000000", "nearest": "real", "class": "bowl", "distance": 0.1, "bits": 3}],
        },
        "diversity": {"generated": 3.0, "real": 6.0, "ratio": 0.5, "classes": 2, "duplicates": 0.25},
        "texts": {
            "n": count,
            "duplicates": 0.1,
            "in_training": 0.2,
            "distinct_1": 0.05,
            "distinct_2": 0.2,
            "real": {"n": count, "distinct_1": 0.06, "distinct_2": 0.25},
        },
        "notes": [f"A note with {EVIL}."],
    }
