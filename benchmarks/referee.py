"""Whether a referee that knows the mini museum far better than the loop does sees what generated records claim.

    uv run vbg augment quickstart-image --set augmenter=gan-mini --set augmenter.text.mode=none --count 2000 --out made
    uv run python benchmarks/referee.py made [further-folder ...] [--objects 10000] [--steps 3000]

The mini museum can draw any number of objects. The referee is a small network trained on objects of another seed than
the collection's; one that reads is TF-IDF and a logistic regression on their texts, asked where records have texts.
Prints, per task, the accuracy of either on further real objects and the share of the kept records whose label it
recovers, with 95 % intervals (Wilson), and the same per class of the first task.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from scipy.stats import binomtest

from vbg_framework import Record
from vbg_framework.base.jsonl import read_lines
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.generation.quality.net_training import frames, look_at, train_net
from vbg_framework.generation.verification.texts import TextWitness
from vbg_framework.screen import Screen

TEST = 2000  # further real objects


Answers = list[np.ndarray]
"""Per task (n, C) probabilities."""


def museum(objects: int, seed: int) -> tuple[list[Record], dict[str, list[str]], dict[str, tuple[str, ...]]]:
    """Records of one view each, task -> labels, and task -> classes; forms equally often."""
    options = {"type": "mini_museum", "objects": objects, "views": 1, "tail": 1, "missing_text": 0, "seed": seed}
    part = make_part("dataset", options, "", load_plugins())
    dataset = part.component.load()(part.config)
    records = list(islice(dataset.records(), objects))
    labels = {task.name: [record.targets[task.name] for record in records] for task in dataset.tasks}
    return records, labels, {task.name: tuple(task.classes) for task in dataset.tasks}


def recovered(right: int, asked: int) -> str:
    """A share with its interval."""
    low, high = binomtest(right, asked).proportion_ci(method="wilson")
    return f"{right / asked:.3f} ({low:.3f}-{high:.3f}) of {asked}"


def pictured(records: list[Record], codes: Answers, steps: int) -> Callable[[list[Any]], Answers]:
    """A small network that has learnt from the pictures of records."""
    pixels = frames(record.inputs["image"] for record in records)
    net = train_net(pixels, codes, steps, 0, Screen(), "referee")
    return lambda pictures: look_at(net, frames(pictures))[1]


def reading(records: list[Record], codes: Answers) -> Callable[[list[Any]], Answers]:
    """A logistic regression that has learnt from the texts of records."""
    witness = TextWitness()
    tasks = {str(number): part for number, part in enumerate(codes)}
    sight = witness.learn(witness.represent(record.inputs["text"] for record in records), tasks, 0)
    return lambda texts: list(sight(witness.represent(texts))[1].values())


def told(claimed: list[tuple[int, str]], found: np.ndarray, names: tuple[str, ...], each: bool) -> str:
    """What is recovered of (row, label) pairs, and if wanted per class how many were recovered and asked."""
    if not claimed:
        return "none carries it"
    asked = Counter(label for _, label in claimed)
    right = Counter(label for row, label in claimed if names[found[row].argmax()] == label)
    classes = ": " + ", ".join(f"{name} {right[name]}/{count}" for name, count in asked.items()) if each else ""
    return recovered(right.total(), asked.total()) + classes


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", metavar="folder")
    parser.add_argument("--objects", type=int, default=10_000)
    parser.add_argument("--steps", type=int, default=3000)
    given = parser.parse_args()
    records, labels, classes = museum(given.objects + min(TEST, given.objects), seed=1)
    codes = [np.eye(len(names))[[names.index(label) for label in labels[task]]] for task, names in classes.items()]
    learnt = [part[: given.objects].astype(np.float32) for part in codes]
    known, others = records[: given.objects], records[given.objects :]
    made = {folder: read_lines(folder / "samples.jsonl") for folder in given.folders}
    referees = {"image": pictured(known, learnt, given.steps)}
    if any(entry["text"] for entries in made.values() for entry in entries):
        referees["text"] = reading(known, learnt)
    for modality, referee in referees.items():
        on_real = referee([record.inputs[modality] for record in others])
        for (task, names), found in zip(classes.items(), on_real, strict=True):
            truth = list(enumerate(labels[task][given.objects :]))
            print(f"{modality}, real objects, {task}: {told(truth, found, names, each=False)}", flush=True)
        for folder, entries in made.items():
            if not (some := [entry for entry in entries if entry[modality]]):
                continue
            answers = referee([shown(folder, entry[modality]) for entry in some])
            for (task, names), found in zip(classes.items(), answers, strict=True):
                claimed = [(row, entry["targets"][task]) for row, entry in enumerate(some) if task in entry["targets"]]
                print(f"{modality}, {folder}, {task}: {told(claimed, found, names, each=task == 'form')}", flush=True)


def shown(folder: Path, half: Any) -> Any:
    """A picture by its file, or a text."""
    return Image.open(folder / half) if isinstance(half, str) else half


if __name__ == "__main__":
    main()
