"""Whether a referee that never saw the generator's training pictures recognises the class of generated ones.

    uv run vbg augment egyptian-frozen --set augmenter=gan-photographs --set "loop={verify: null}" --out made
    uv run python benchmarks/recovery.py egyptian-frozen made [--most 400]

The referee is the experiment's image encoder with its pre-trained weights below a logistic regression, every class
weighing the same. It learns from the validation and test records and is tried on real training records and on the
generated ones, all shrunk to the size of the latter. Prints the share it recognises, with 95 % intervals (Wilson), over
all classes and per class, and the mean over classes.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image
from scipy.stats import binomtest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from vbg_framework.base.jsonl import read_lines
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry, Resolved
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.generation.quality.encoder_judge import EncoderJudge, trained_encoder
from vbg_framework.screen import Screen

Labelled = list[tuple[Image.Image, str]]


def real(resolved: Resolved, most: int, size: int) -> tuple[Labelled, Labelled]:
    """Pictures and classes of the held-out records, and of at most so many training records."""
    prepared = prepare_data(resolved.parts["data"], Screen())
    _, items = open_items(resolved.experiment, prepared)
    task, found = resolved.experiment.scarce_task, []
    for parts in (("validation", "test"), ("train",)):
        places = [(part, place) for part in parts for place in range(len(items[part]))]
        mixed = np.random.default_rng(0).permutation(len(places))
        chosen = [places[i] for i in (mixed[:most] if "train" in parts else mixed)]
        records = [items[part].record(place) for part, place in chosen]
        known = [each for each in records if "image" in each.inputs and task in each.targets]
        found.append([(shrunk(each.inputs["image"], size), each.targets[task]) for each in known])
    return found[0], found[1]


def shrunk(picture: Image.Image, size: int) -> Image.Image:
    """Fitted into a square of this side."""
    copy = picture.convert("RGB")
    copy.thumbnail((size, size))
    return copy


def made(folder: Path, task: str, most: int) -> Labelled:
    """At most so many generated pictures with the class they claim."""
    entries = read_lines(folder / "samples.jsonl")
    mixed = np.random.default_rng(0).permutation(len(entries))[:most]
    return [(Image.open(folder / entries[i]["image"]), entries[i]["targets"][task]) for i in mixed]


def tell(name: str, answers: Iterable[str], labels: list[str]) -> None:
    """Print what was recognised."""
    asked = Counter(labels)
    right = Counter(label for answer, label in zip(answers, labels, strict=True) if answer == label)
    low, high = binomtest(right.total(), len(labels)).proportion_ci(method="wilson")
    mean = np.mean([right[label] / count for label, count in asked.items()])
    total = right.total() / len(labels)
    print(f"{name}: {total:.3f} ({low:.3f}-{high:.3f}) of {len(labels)}; mean over classes {mean:.3f}")
    print("  " + ", ".join(f"{label} {right[label]}/{count}" for label, count in sorted(asked.items())))


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiment")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=400, help="training and generated pictures looked at")
    given = parser.parse_args()
    resolved = Registry.read().experiment(given.experiment, load_plugins())
    generated = made(given.folder, resolved.experiment.scarce_task, given.most)
    held_out, training = real(resolved, given.most, generated[0][0].width)
    part = resolved.encoders()["image"]
    with TemporaryDirectory() as assets:
        part.load().prepare(part.config, [], Path(assets), seed=0)
        encoder = trained_encoder(part, Path(assets), 0)
    assert encoder is not None, "the experiment's image encoder has no pre-trained weights"
    judge = EncoderJudge(encoder, encoder.processor(False), name="referee")
    x = [judge.features_of(picture for picture, _ in part) for part in (held_out, training, generated)]
    y = [[label for _, label in part] for part in (held_out, training, generated)]
    referee = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=2000))
    referee.fit(x[0], y[0])
    for name, features, labels in zip(("real training records", "generated records"), x[1:], y[1:], strict=True):
        tell(name, referee.predict(features), labels)


if __name__ == "__main__":
    main()
