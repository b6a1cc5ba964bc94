"""Whether a referee that knows the mini museum far better than the loop does sees what generated records claim.

    uv run vbg augment quickstart-image --set augmenter=gan-mini --set augmenter.text.mode=none --count 2000 --out made
    uv run python benchmarks/referee.py made [further-folder ...] [--objects 10000] [--steps 3000]

The mini museum can draw any number of objects. The referee is a small network trained on objects of another seed than
the collection's. Prints, per task, its accuracy on further real objects and the share of the kept records whose label
it recovers, with 95 % intervals (Wilson), and the same per class of the first task.
"""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.stats import binomtest

from vbg_framework.base.jsonl import read_lines
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.generation.quality.net_training import frames, look_at, train_net
from vbg_framework.screen import Screen

TEST = 2000  # further real objects


def museum(objects: int, seed: int) -> tuple[np.ndarray, dict[str, list[str]], dict[str, tuple[str, ...]]]:
    """Pictures of one view each, task -> labels, and task -> classes; forms equally often."""
    options = {"type": "mini_museum", "objects": objects, "views": 1, "tail": 1, "missing_text": 0, "seed": seed}
    part = make_part("dataset", options, "", load_plugins())
    dataset = part.component.load()(part.config)
    records = list(islice(dataset.records(), objects))
    labels = {task.name: [record.targets[task.name] for record in records] for task in dataset.tasks}
    pictures = frames(record.inputs["image"] for record in records)
    return pictures, labels, {task.name: tuple(task.classes) for task in dataset.tasks}


def recovered(right: int, asked: int) -> str:
    """A share with its interval."""
    low, high = binomtest(right, asked).proportion_ci(method="wilson")
    return f"{right / asked:.3f} ({low:.3f}-{high:.3f}) of {asked}"


def compare(
    claimed: list[tuple[int, str]], found: np.ndarray, classes: tuple[str, ...]
) -> tuple[str, Counter, Counter]:
    """What is recovered of (row, label) pairs, and per class how many were asked and recovered."""
    asked = Counter(label for _, label in claimed)
    right = Counter(label for row, label in claimed if classes[found[row].argmax()] == label)
    return recovered(right.total(), asked.total()), asked, right


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="folder")
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=3000)
    given = parser.parse_args()
    pixels, labels, classes = museum(given.objects + min(TEST, given.objects), seed=1)
    codes = [np.eye(len(names))[[names.index(label) for label in labels[task]]] for task, names in classes.items()]
    learnt = [part[: given.objects].astype(np.float32) for part in codes]
    net = train_net(pixels[: given.objects], learnt, given.steps, 0, Screen(), "referee")
    _, real = look_at(net, pixels[given.objects :])
    truths = {task: list(enumerate(labels[task][given.objects :])) for task in classes}
    for folder in given.folders:
        print(folder)
        made = read_lines(folder / "samples.jsonl")
        _, answers = look_at(net, frames(Image.open(folder / entry["image"]) for entry in made))
        for (task, names), on_real, found in zip(classes.items(), real, answers, strict=True):
            claimed = [(row, entry["targets"][task]) for row, entry in enumerate(made) if task in entry["targets"]]
            nothing = ("none carries it", Counter(), Counter())
            told, asked, right = compare(claimed, found, names) if claimed else nothing
            print(f"{task}: real {compare(truths[task], on_real, names)[0]}; generated {told}", flush=True)
            if task == "form":
                print("  " + ", ".join(f"{name} {right[name]}/{count}" for name, count in asked.items()))


if __name__ == "__main__":
    main()
