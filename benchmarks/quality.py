"""What the quality measures say of things whose quality is known beforehand (the tables of docs/quality.md).

    uv run python benchmarks/quality.py [--experiment quickstart] [--seed 42] [--encoder]

Passes off, as generated: real test images; copies of training images; such copies with grain and tilted; one image per
class with grain; noise; real test images under the name of another class. Prints what `measure` says of each, beside
what it says of unseen real images, and processor seconds. With `--encoder` the judge is the experiment's image encoder
with its pre-trained weights instead of the small network.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry, Resolved
from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.generation.inner import divide_inner
from vbg_framework.generation.quality import EncoderJudge, FeatureNetwork, Judge, measure
from vbg_framework.screen import Screen


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--experiment", default="quickstart")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--encoder", action="store_true")
    args = parser.parse_args()
    known = Registry.read()
    plugins = load_plugins(known.block)
    resolved = known.experiment(args.experiment, plugins, [f"seed={args.seed}"])
    view, test = parts(resolved)
    began = time.process_time()
    judge = encoder_judge(resolved, view, args.seed) if args.encoder else network(view, args.seed)
    print(f"{judge.name}; {time.process_time() - began:.1f} s")
    for name, made in cases(view, test, np.random.default_rng(args.seed)).items():
        began = time.process_time()
        found = measure(made, view, view.held_out, judge, seed=args.seed)
        print(f"\n{name}: {found['n']}, {time.process_time() - began:.1f} s")
        show(found, view.task.name)


def parts(resolved: Resolved) -> tuple[TrainView, list[Record]]:
    """The training split as an augmenter sees it, with a part held out, and the records of the test split."""
    experiment = resolved.experiment
    prepared = prepare_data(resolved.parts["data"], Screen())
    splits = prepared.split(experiment.split, experiment.tasks, experiment.licences)
    policy = TextPolicy(experiment.text, fields=prepared.text_fields, tasks=splits.tasks)
    train, test = (
        Items(prepared, splits.rows[name], tasks=splits.tasks, modalities=["image", "text"], text=policy)
        for name in ("train", "test")
    )
    task = experiment.scarce_task
    inner = divide_inner(train, task, share=0.15, seed=experiment.seed, fingerprint=prepared.fingerprint)
    return inner.view, [test.record(i) for i in range(len(test))]


def network(view: TrainView, seed: int) -> FeatureNetwork:
    tasks = [name for name, task in view.tasks.items() if not task.multi_label]
    return Judge.fit(view, tasks=tasks, seed=seed, folder=None)


def encoder_judge(resolved: Resolved, view: TrainView, seed: int) -> FeatureNetwork:
    part = resolved.encoders()["image"]
    kind = part.component.load()
    with tempfile.TemporaryDirectory() as folder:
        kind.prepare(part.config, iter(()), Path(folder), seed=seed)
        encoder = kind(part.config, assets=Path(folder))
    encoder.pretrain(iter(()), seed=seed)
    judge = EncoderJudge(encoder.eval(), encoder.processor(False), name=part.component.name)
    return judge.fit(view, tasks=[view.task.name], seed=seed, folder=None)


def cases(view: TrainView, test: list[Record], generator: np.random.Generator) -> dict[str, list[Record]]:
    task, classes = view.task.name, view.task.classes
    test = [record for record in test if task in record.targets and "image" in record.inputs]
    copies = [view[i] for i in generator.permutation(len(view))[: len(test)].tolist()]
    first = {record.targets[task]: record for record in view if task in record.targets}
    known = [record for record in test if record.targets[task] in first]
    return {
        "unseen real": test,
        "copies": copies,
        "changed copies": [changed(record, generator) for record in copies],
        "one image per class": [changed(first[record.targets[task]], generator) for record in known],
        "noise": [noise(record, generator) for record in test],
        "wrong class": [
            replace(record, targets={task: classes[classes.index(record.targets[task]) - 1]}) for record in test
        ],
    }


def changed(record: Record, generator: np.random.Generator) -> Record:
    """With grain, and tilted by up to four degrees."""
    pixels = np.asarray(record.inputs["image"], float)
    image = Image.fromarray(np.clip(pixels + generator.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8))
    corner = tuple(pixels[0, 0].astype(int).tolist())
    tilted = image.rotate(generator.uniform(-4, 4), Image.Resampling.BICUBIC, fillcolor=corner)
    return replace(record, inputs={**record.inputs, "image": tilted})


def noise(record: Record, generator: np.random.Generator) -> Record:
    height, width = np.asarray(record.inputs["image"]).shape[:2]
    image = Image.fromarray(generator.integers(0, 255, (height, width, 3), np.uint8))
    return replace(record, inputs={"image": image})


def show(found: dict[str, Any], task: str) -> None:
    kid = found["kid"]
    for name, values in (("generated", kid), ("unseen", kid["reference"])):
        print(f"  KID {name:12} {values['value']:8.4f} ± {values['error']:.4f} (n = {values['n']})")
    for name in ("precision", "recall", "density", "coverage"):
        print(f"  {name:16} {found[name]['value']:8.2f}   unseen {found[name]['reference']:.2f}")
    recovered, memory = found["recovery"][task], found["memorisation"]
    low, high = recovered["interval"]
    real = recovered["compared"]["real"]
    print(f"  recovered        {recovered['accuracy']:8.2f}   [{low:.2f}, {high:.2f}]   unseen {real:.2f}")
    print(f"  near copies      {memory['near_copies']['share']:8.2f}   unseen {memory['reference_copies']:.2f}")
    print(f"  distance ratio   {memory['ratio']:8.2f}")
    print(f"  unusually close  {memory['closer']:8.2f}")
    print(f"  variety ratio    {found['diversity']['ratio']:8.2f}   repeats {found['diversity']['duplicates']:.2f}")


if __name__ == "__main__":
    main()
