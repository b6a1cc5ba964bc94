"""Does a generator learn from rounds? Feedback against the same extra steps without it.

    VBG_WEIGHTS=... uv run python benchmarks/feedback.py [--seeds 5] [--preset gan-mini] seed_grid=2 steps=200

A small mini museum of 32 px. The GAN is fitted once per seed; then two copies go through three rounds: `feedback`
learns from every round as the loop has it (need of the classes, a teacher of real pictures, refused pictures as
negatives), `steps` makes the same number of training steps without any of that. Judge and referee look through a
frozen MobileNetV2 and have seen real pictures only, the referee those of another museum. Per round: the share of all
pictures made, equally many of each class, whose class the referee recognises, and the share that the judge lets pass.
Last the differences of rounds 2 and 3 with 95 % intervals (Student's t over seeds).
"""

from __future__ import annotations

import argparse
import copy
from collections import Counter
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from judging import preset
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import recall_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from vbg_gan import GanConfig
from vbg_gan.augmenter import Gan

from vbg_framework import Lesson, Record, TrainView
from vbg_framework.config.augmentation import LoopConfig, MixConfig
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.generation.quality.encoder_judge import EncoderJudge, trained_encoder
from vbg_framework.generation.quota import quotas
from vbg_framework.generation.verification.pictures import EncoderWitness
from vbg_framework.generation.verification.teacher import Teacher, fit_teacher
from vbg_framework.generation.verification.verifier import Verifier, fit_verifier
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen

SIZE, SIGHT = 32, 64  # pixels of the pictures, and as judge and referee see them
WITHOUT = {"need": False, "teacher_weight": 0, "rejects": 0}
ROUNDS = 3


def museum(objects: int, seed: int, tail: float) -> TrainView:
    """One view of each object, with the task `form` alone."""
    options = {"type": "mini_museum", "objects": objects, "views": 1, "tail": tail, "size": SIZE, "seed": seed}
    part = make_part("dataset", options, "", load_plugins())
    dataset = part.make()
    form = next(task for task in dataset.tasks if task.name == "form")
    records = [
        Record(each.id, {"image": each.inputs["image"]}, {"form": each.targets["form"]})
        for each in islice(dataset.records(), objects)
    ]
    return TrainView(records, tasks=[form], task="form")


def eyes() -> EncoderJudge:
    """A frozen MobileNetV2."""
    options = {"type": "timm", "weights": "mobilenet_v2_1.0_224", "image_size": SIGHT, "frozen": True}
    part = make_part("encoder", options, "", load_plugins())
    with TemporaryDirectory() as assets:
        part.load().prepare(part.config, [], Path(assets), seed=0)
        encoder = trained_encoder(part, Path(assets), 0)
    assert encoder is not None
    return EncoderJudge(encoder, encoder.processor(False), name="MobileNetV2")


class Bench:
    """Everything that has seen real pictures alone, shared by all seeds and arms."""

    def __init__(self, count: int) -> None:
        self.train, inner, others = museum(500, 1, 25), museum(300, 2, 1), museum(1500, 3, 1)
        self.eyes, self.count = eyes(), count
        self.seen, self.inner = self.look(self.train), (self.look(inner), labels(inner))
        self.referee = classifier().fit(self.look(others), labels(others))
        self.judge: Verifier = fit_verifier(
            self.train, [each.id for each in self.train], [EncoderWitness(self.eyes)], seed=0, key="", screen=Screen()
        )
        self.teacher: Teacher | None = fit_teacher(self.train, seed=0, screen=Screen())
        told = self.referee.score(*self.inner)
        print(f"referee on real pictures {told:.3f}; judge cannot tell {self.judge.cannot_judge}", flush=True)

    def look(self, records) -> np.ndarray:
        """(n, D) features."""
        return self.eyes.features_of(each.inputs["image"] for each in records)

    def round(self, gan: Gan, number: int) -> tuple[tuple[float, float], Lesson]:
        """Share recovered and share kept, and what the round teaches."""
        names = self.train.task.classes
        requests = [{"form": names[i % len(names)]} for i in range(self.count)]
        made = [record for record in gan.generate(requests, self.train, seed=number) if record is not None]
        features, verdicts = self.look(made), self.judge(made)
        passed = np.array([verdict.reason is None for verdict in verdicts])
        recovered = self.referee.score(features, labels(made))
        rejected = [record for record, good in zip(made, passed, strict=True) if not good]
        need = self.need(features[passed], np.array(labels(made))[passed])
        return (recovered, passed.mean()), Lesson({}, self.train, need, rejected, self.teacher)

    def need(self, features: np.ndarray, claimed: np.ndarray) -> dict[str, float]:
        """Class -> share of the next round, by what a classifier of real and kept pictures recognises."""
        known = classifier().fit(np.concatenate([self.seen, features]), [*labels(self.train), *claimed])
        real, (x, y) = Counter(labels(self.train)), self.inner
        recalls = recall_score(y, known.predict(x), labels=self.train.task.classes, average=None)
        found = quotas(real, dict(zip(self.train.task.classes, recalls, strict=True)), LoopConfig(), MixConfig())
        return {name: asked / (sum(found.values()) or 1) for name, asked in found.items()}


def classifier():
    """A logistic regression on scaled features, every class weighing the same."""
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, class_weight="balanced", max_iter=1000))


def labels(records) -> list[str]:
    """The forms."""
    return [each.targets["form"] for each in records]


def rounds(bench: Bench, config: GanConfig, seed: int) -> dict[str, np.ndarray]:
    """Arm -> (rounds, 2) shares recovered and kept."""
    about = {"accelerator": new_accelerator("fp32", 0), "screen": Screen()}
    with TemporaryDirectory() as folder:
        first = Gan(config)
        first.fit(bench.train, seed=seed, folder=Path(folder), **about)
        begun = bench.round(first, 1)
        found = {}
        for arm, changes in (("feedback", {}), ("steps", WITHOUT)):
            feedback = config.feedback.model_copy(update=changes)
            gan = Gan(config.model_copy(update={"feedback": feedback}))
            gan.table, gan.tasks, gan.pictures = first.table, first.tasks, copy.deepcopy(first.pictures)
            assert gan.pictures is not None
            gan.pictures.config = gan.config
            told, lesson = begun
            row = [told]
            for number in range(2, ROUNDS + 1):
                work = Path(folder) / f"{arm}-{number}"
                work.mkdir()
                gan.feedback(lesson, seed=seed + number, folder=work, **about)
                told, lesson = bench.round(gan, number)
                row.append(told)
            found[arm] = np.array(row)
            shares = "; ".join(f"{one:.3f}, {two:.3f}" for one, two in row)
            print(f"seed {seed}  {arm:<8}  recovered, kept per round: {shares}", flush=True)
        return found


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="gan-mini", help="an entry of `augmenters`")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--count", type=int, default=200, help="pictures made per round")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("options", nargs="*", help="changes to the entry, such as steps=200")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    config = GanConfig(**preset(given.preset, [*given.options, "text.mode=none"]))
    bench = Bench(given.count)
    found = [rounds(bench, config, seed) for seed in range(1, given.seeds + 1)]
    for number in range(1, ROUNDS):
        for place, what in enumerate(("recovered", "kept")):
            gains = np.array([100 * (each["feedback"] - each["steps"])[number, place] for each in found])
            half = stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains)
            print(f"round {number + 1}, {what}: feedback over steps {gains.mean():+.1f} points, ± {half:.1f}")


if __name__ == "__main__":
    main()
