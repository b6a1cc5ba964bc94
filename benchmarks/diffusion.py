"""Diffusion with adapters: what adapting the small base to scarce classes brings, and what it costs.

    uv run python benchmarks/diffusion.py [--data mini-museum] [--task form] [--preset diffusion-mini] [--count 60]
                                          [--threads 2] [--precision fp32] [--seed 0] [--keep FOLDER] [option=value ...]

Options are those of the component `diffusion_lora`. Prints:
  fit        seconds of learning the base and the adapters
  judge      a small network trained on real training pictures only, and its accuracy on real test pictures
then, for the base as it is and for the adapted one, all from noise, with the same captions and the same noise:
  recovered  share of `count` pictures of each scarce class (fewer training pictures than the median class) whose class
             the judge sees, with a 95 % interval, and class by class
  KID        on the judge's features, between these pictures and as many real ones of the same classes, at most `count`
             of each
  seconds    per 1,000 pictures
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from judging import LESSONS, accuracies, preset, share, views
from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.augmenter import DiffusionLora

from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality.features import Judge
from vbg_framework.generation.quality.kid import kid
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen


def scarce(train: TrainView) -> list[str]:
    """The classes with fewer training records than the median class."""
    counts = dict(zip(train.task.classes, train.task.counts, strict=True))
    middle = np.median([count for count in counts.values() if count])
    return [name for name, count in counts.items() if 0 < count < middle]


def compare(augmenters: dict[str, DiffusionLora], train: TrainView, test: TrainView, count: int, folder: Path) -> None:
    """Print what the judge says of each augmenter's pictures of scarce classes."""
    task, names = train.task.name, scarce(train)
    judge = Judge.fit(train, tasks=[task], seed=1, folder=folder / "judge", steps=LESSONS)
    tested = [record for record in test if "image" in record.inputs and task in record.targets]
    seen = judge.probabilities(record.inputs["image"] for record in tested)
    print(f"judge      real test pictures: {accuracies(judge, seen, [record.targets for record in tested])}")
    everything = [r for part in (train, train.held_out or (), test) for r in part if "image" in r.inputs]
    real = [r for name in names for r in [r for r in everything if r.targets.get(task) == name][:count]]
    known = judge.features(record.inputs["image"] for record in real)
    wanted = Counter(record.targets[task] for record in real)
    for what, augmenter in augmenters.items():
        begun = time.perf_counter()
        made = pictures(augmenter, [name for name in names for _ in range(count)], train)
        seconds = (time.perf_counter() - begun) / len(made) * 1000
        features, told = judge.look(record.inputs["image"] for record in made)
        answers = [judge.classes[task][code] for code in told[task].argmax(1)]
        print(f"{what}")
        print(f"  recovered  {accuracies(judge, told, [record.targets for record in made])}")
        print("             " + ", ".join(f"{name} {share(made, answers, task, name):.2f}" for name in names))
        places = [
            place
            for name in names
            for place in [i for i, r in enumerate(made) if r.targets[task] == name][: wanted[name]]
        ]
        print("  KID        {:.3f} ± {:.3f}".format(*kid(known, features[places])))
        print(f"  seconds    {seconds:.0f} per 1,000 pictures", flush=True)


def pictures(augmenter: DiffusionLora, names: list[str], train: TrainView) -> list[Record]:
    """One picture per name."""
    requests = [{train.task.name: name} for name in names]
    return [record for record in augmenter.generate(requests, train, seed=1) if record is not None]


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mini-museum")
    parser.add_argument("--task", default="form")
    parser.add_argument("--preset", default="diffusion-mini", help="an entry of `augmenters`")
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("options", nargs="*")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    config = DiffusionLoraConfig(**preset(given.preset, [*given.options, "sampling.from_pictures=0"]))
    train, test = views(given.data, given.task)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        found = {}
        for what, options in (("base", config.model_copy(update={"steps": 0})), ("adapted", config)):
            begun, used = time.perf_counter(), time.process_time()
            found[what] = DiffusionLora(options)
            found[what].fit(
                train, accelerator=new_accelerator(given.precision, 0), seed=given.seed,
                folder=made(folder / "fit"), screen=Screen(),
            )  # fmt: skip
            spent = time.perf_counter() - begun, time.process_time() - used
            print("fit        {}: {:.0f} s, {:.0f} s of processors".format(what, *spent), flush=True)
        compare(found, train, test, given.count, folder)


def made(folder: Path) -> Path:
    """A folder that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    main()
