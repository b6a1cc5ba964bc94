"""The image half of the GAN: how good its pictures are after how many seconds, and what its loop costs.

    uv run python benchmarks/gan.py [--data mini-museum] [--task form] [--preset gan-mini] [--count 1000] [--threads 2]
                                    [--precision fp32] [--seed 0] [--keep FOLDER] [option=value ...]
    uv run python benchmarks/gan.py --steps 60 [option=value ...]

Options are those of the component `gan`. The first prints:
  fit        wall-clock and processor seconds of fitting on the training split
  judge      what tells the classes apart: a small network that was trained on real training pictures only, and its
             accuracy on real test pictures
  recovered  share of generated pictures, equally many of each class, whose class the judge sees, with a 95 % interval;
             and the same of their attributes
  KID        on the judge's features, equally many generated pictures and real test pictures of the same classes, as a
             share of the KID of an untrained generator (with the batch statistics of its own pictures)
  different  share of these generated pictures that are no near copies of one made before, as the loop's check sees it
  spread     mean distance of two generated pictures of a class in the judge's features, as a share of that of real ones
The second prints the time of our training step over that of a bare loop with the same modules, side by side.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from judging import LESSONS, accuracies, preset, share, views
from PIL import Image
from sklearn.metrics import pairwise_distances
from vbg_gan import GanConfig
from vbg_gan.augmenter import Gan
from vbg_gan.diff_augment import diff_augment
from vbg_gan.features import feature_network
from vbg_gan.frames import read_frames
from vbg_gan.losses import attribute_loss, discriminator_loss, diversity_loss, generator_loss
from vbg_gan.memory import Memory
from vbg_gan.players import Players
from vbg_gan.sampler import Codes, Sampler
from vbg_gan.step import BETAS, Step
from vbg_gan.style import StyleLoss
from vbg_gan.table import AttributeTable
from vbg_gan.textures import cut_library

from vbg_framework.config.augmentation import LoopConfig
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality.features import Judge
from vbg_framework.generation.quality.kid import kid
from vbg_framework.generation.sieve import NONE, Sieve
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen

BLOCK = 10  # steps of one loop before the other has its turn


def quality(gan: Gan, train: TrainView, test: TrainView, count: int, folder: Path) -> None:
    """Print what the judge says of generated pictures."""
    task = train.task.name
    judge = Judge.fit(train, tasks=[task], seed=1, folder=folder / "judge", steps=LESSONS)
    other = Judge.fit(train, tasks=gan.tasks, seed=1, folder=folder / "attributes") if gan.tasks else None
    real = [record for record in test if "image" in record.inputs and task in record.targets]
    seen = judge.look(record.inputs["image"] for record in real)
    print(f"judge      {judge.name}; real test pictures: {accuracies(judge, seen[1], [r.targets for r in real])}")
    names = [name for name in train.task.classes if train.matching({task: name})]
    requests = [{task: names[number % len(names)]} for number in range(count)]
    made = [record for record in gan.generate(requests, train, seed=1) if record is not None]
    told = judge.look(record.inputs["image"] for record in made)
    print(f"recovered  {accuracies(judge, told[1], [record.targets for record in made])}")
    if other is not None:
        for what, records in (("real", real), ("generated", made)):
            answers = other.probabilities(record.inputs["image"] for record in records)
            print(f"           {what}: {accuracies(other, answers, [record.targets for record in records])}")
    answers = [judge.classes[task][code] for code in told[1][task].argmax(1)]
    print("           " + ", ".join(f"{name} {share(made, answers, task, name):.2f}" for name in names))
    print(f"different  {different(made):.2f}")
    same = [{task: record.targets[task]} for record in real]
    ours, untrained = (judge.features(pictures) for pictures in (painted(gan, same, train), noise(gan, same)))
    values = [kid(seen[0], features) for features in (ours, untrained)]
    ours_kid, untrained_kid = values[0][0], values[1][0]
    ratio = ours_kid / untrained_kid
    print(f"KID        {ours_kid:.3f} ± {values[0][1]:.3f}, untrained {untrained_kid:.3f}: {ratio:.3f}")
    print(f"spread     {spread(told[0], made, task) / spread(seen[0], real, task):.2f}")


def different(made: list) -> float:
    """Share of pictures that the loop would keep."""
    verdicts = Sieve(LoopConfig(), NONE)(made)
    return sum(verdict.reason is None for verdict in verdicts) / len(made)


def painted(gan: Gan, requests: list, train: TrainView) -> Iterator[Image.Image]:
    """Generated pictures for these requests."""
    yield from (record.inputs["image"] for record in gan.generate(requests, train, seed=2) if record is not None)


@torch.no_grad()
def noise(gan: Gan, requests: list) -> Iterator[Image.Image]:
    """Pictures of an untrained generator; with statistics of its own batches, it comes out closer to real ones."""
    assert gan.table is not None
    assert gan.pictures is not None
    codes = gan.pictures.codes
    generator = Players(gan.config, len(gan.table.classes), codes, seed=0).generator
    draws = np.random.default_rng(0)
    facts = [(request[gan.table.task], gan.table.draw(request[gan.table.task], draws)) for request in requests]
    z = torch.randn(len(facts), gan.config.latent, generator=torch.Generator().manual_seed(0))
    pixels = generator(z, *codes(facts)).add(1).mul(127.5).byte().permute(0, 2, 3, 1).numpy()
    yield from map(Image.fromarray, pixels)


def spread(features: np.ndarray, records: list, task: str) -> float:
    """Mean distance of two pictures of a class, averaged over classes with two or more."""
    labels = np.array([record.targets[task] for record in records])
    found = [features[labels == name] for name in np.unique(labels)]
    return float(
        np.mean([pairwise_distances(rows).sum() / (len(rows) * (len(rows) - 1)) for rows in found if len(rows) > 1])
    )


class Bare:
    """The same training step written by hand, without Accelerate, auto-scaled style weight, logging or checkpoints."""

    def __init__(self, config: GanConfig, players: Players, style: StyleLoss | None) -> None:
        self.config, self.players, self.style = config, players, style
        self.g, self.d = (
            torch.optim.Adam(net.parameters(), rate, BETAS, fused=True)
            for net, rate in (
                (players.generator, config.generator_rate), (players.discriminator, config.discriminator_rate),
            )
        )  # fmt: skip

    def __call__(self, batch, step: int, draws: torch.Generator) -> None:
        z = torch.randn(len(batch.classes), self.config.latent, generator=draws)
        fuses = self.config.local_fusion
        made = self.players.generator(z, batch.classes, batch.values, *([True] if fuses else []))
        fake, collage = made if fuses else (made, None)
        views = (
            diff_augment(pictures, self.config.diff_augment, draws) for pictures in (batch.pictures, fake.detach())
        )
        on_real, on_fake = self.players.discriminator(*views)
        loss = sum(discriminator_loss(on_real.real, on_fake.real))
        (loss + sum(attribute_loss(each, batch.classes, batch.values) for each in (on_real, on_fake)) / 2).backward()
        self.d.step()
        self.d.zero_grad()
        self.players.discriminator.requires_grad_(False)
        (judgement,) = self.players.discriminator(diff_augment(fake, self.config.diff_augment, draws))
        loss = generator_loss(judgement.real, self.config.loss) + attribute_loss(judgement, batch.classes, batch.values)
        if self.config.diversity_weight > 0:
            loss = loss + self.config.diversity_weight * diversity_loss(fake, batch.pictures, batch.classes)
        if fuses:
            loss = loss + fuses.weight * (fake - collage).abs().mean()
        if self.style is not None:
            loss = loss + self.style(fake, batch.classes, step)
        loss.backward()
        self.g.step()
        self.g.zero_grad()
        self.players.discriminator.requires_grad_(True)
        self.players.follow(step)


def loops(config: GanConfig, train: TrainView, steps: int, folder: Path) -> None:
    """Print our step's time over the bare loop's."""
    others = [name for name in train.tasks if name != train.task.name]
    table = AttributeTable.learn(train, others)
    codes = Codes(table)
    frames = read_frames(train, table, 16 * config.seed_grid, folder / "frames", Screen())
    sampler, turns = Sampler(frames, codes, config.balance), []
    memory = Memory.of(frames, codes, config.local_fusion.most, seed=0) if config.local_fusion else None
    for kind in (Step, Bare):
        style = None
        if config.style.share > 0:
            library = cut_library(frames, table.classes, config.style.crops)
            style = StyleLoss(
                feature_network(config.style), library,
                references=config.style.references, pictures=config.style.pictures, seed=0,
            )  # fmt: skip
        players = Players(config, len(table.classes), codes, 0, memory)
        turns.append(
            Step(config, players, style, new_accelerator("fp32", 0)) if kind is Step else Bare(config, players, style)
        )
    seconds: tuple[list[float], list[float]] = ([], [])
    for block in range(steps // BLOCK + 1):
        for turn, found in zip(turns, seconds, strict=True):
            begun = time.perf_counter()
            for step in range(block * BLOCK, (block + 1) * BLOCK):
                batch = sampler.draw(config.batch_size, np.random.default_rng(step))
                turn(batch, step, torch.Generator().manual_seed(step))
            found.append((time.perf_counter() - begun) / BLOCK)
    ratios = [ours / bare for ours, bare in zip(*(found[1:] for found in seconds), strict=True)]
    (ours, bare), median = (min(found) for found in seconds), np.median(ratios)
    print(
        f"step       {ours * 1000:.0f} ms, bare {bare * 1000:.0f} ms: {ours / bare:.3f}; median of pairs {median:.3f}"
    )


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mini-museum")
    parser.add_argument("--task", default="form")
    parser.add_argument("--preset", help="an entry of `augmenters`")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", default="fp32")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--steps", type=int, help="measure the loop instead")
    parser.add_argument("options", nargs="*")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    config = GanConfig(**preset(given.preset, given.options))
    train, test = views(given.data, given.task)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if given.steps:
            return loops(config, train, given.steps, folder)
        gan, begun, used = Gan(config), time.perf_counter(), time.process_time()
        gan.fit(train, accelerator=new_accelerator(given.precision, 0), seed=given.seed, folder=folder, screen=Screen())
        print(
            f"fit        {time.perf_counter() - begun:.0f} s, {time.process_time() - used:.0f} s of processors",
            flush=True,
        )
        quality(gan, train, test, given.count, folder)


if __name__ == "__main__":
    main()
