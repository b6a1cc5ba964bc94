"""An estimator, augmenters and a data set that keep every promise."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.numpy import load_file, save_file

from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.record import Dataset, Origin, Record, Rejected, Task

NEAREST = 3


class Neighbours(EstimatorClassifier):
    """The labels of the three nearest vectors."""

    def fit(self, x, targets, *, seed):
        self.known = {}
        for name, target in targets.items():
            there = (target != -1).reshape(len(x), -1).all(1)
            one_hot = target[there] if self.tasks[name].multi_label else self.columns(name)[target[there]]
            self.known[name] = x[there].copy(), one_hot.astype(np.float32)

    def columns(self, name):
        return np.eye(len(self.tasks[name].classes))

    def predict_proba(self, x):
        return {name: self.vote(x, *known) for name, known in self.known.items()}

    def vote(self, x, seen, labels):
        distances = ((x[:, None] - seen[None]) ** 2).sum(-1)
        return labels[np.argsort(distances, axis=1, kind="stable")[:, :NEAREST]].mean(1)

    def save(self, folder):
        save_file(
            {f"{name}/{n}": a for name, pair in self.known.items() for n, a in enumerate(pair)},
            folder / "x.safetensors",
        )

    def load(self, folder):
        held = load_file(folder / "x.safetensors")
        self.known = {name: (held[f"{name}/0"], held[f"{name}/1"]) for name in self.tasks}


class Blend(Augmenter):
    """A training image mixed with the mean of some others, which it learns step by step."""

    STEPS = 6

    def fit(self, train, *, accelerator, seed, folder, screen):
        state = folder / "state.json"
        done, total = json.loads(state.read_text()) if state.exists() else (0, [0.0, 0.0, 0.0])
        with screen.progress("blend", self.STEPS, done) as bar:
            for step in range(done, self.STEPS):
                total = self.step(train, np.random.default_rng((seed, step)), total)
                state.with_suffix(".partial").write_text(json.dumps([step + 1, total]))
                state.with_suffix(".partial").replace(state)
                bar.advance()
        self.colour = [value / self.STEPS for value in total]

    def step(self, train, draw, total):
        image = train[int(draw.integers(len(train)))].inputs.get("image")
        return total if image is None else [a + b for a, b in zip(total, np.asarray(image).mean((0, 1)), strict=True)]

    def generate(self, requests, train, *, seed):
        for place, request in enumerate(requests):
            yield self.one(request, train, np.random.default_rng((seed, place)))

    def one(self, request, train, draw):
        places = [place for place in train.matching(request) if "image" in train[place].inputs]
        return self.mixed(train[int(draw.choice(places))], request, draw) if places else None

    def mixed(self, record, request, draw):
        share = draw.uniform(0.1, 0.3)
        pixels = np.asarray(record.inputs["image"]) * (1 - share) + share * np.array(self.colour)
        inputs = {**record.inputs, "image": Image.fromarray(np.uint8(pixels))}
        return Record("", inputs, {**record.targets, **request}, origin=Origin(sources=(record.id,)))

    def save(self, folder):
        (folder / "colour.json").write_text(json.dumps(self.colour))

    def load(self, folder):
        self.colour = json.loads((folder / "colour.json").read_text())


class Dimmed:
    """Makes images darker."""

    def __call__(self, items):
        return [{**item, "inputs": self.inputs(item["inputs"])} for item in items]

    def inputs(self, given):
        share = float(torch.rand(()))
        dark = {"image": given["image"].point(lambda value: int(value * share))} if "image" in given else {}
        return {**given, **dark}


class Dim(Augmenter):
    def transform(self, train):
        return Dimmed()


class Between(Augmenter):
    """Adds the mean of two vectors of the class that is asked for."""

    def resample(self, x, targets, *, task, wanted, seed):
        draw = np.random.default_rng(seed)
        classes = np.repeat(np.arange(len(wanted)), wanted)
        new, codes = self.made(x, targets[task], classes, draw)
        return np.concatenate([x, new]), {
            name: np.concatenate([given, codes if name == task else np.full((len(new), *given.shape[1:]), -1)])
            for name, given in targets.items()
        }

    def made(self, x, known, classes, draw):
        codes = classes[np.isin(classes, known)]
        pairs = [draw.choice(np.flatnonzero(known == code), 2) for code in codes]
        return np.array([x[pair].mean(0) for pair in pairs], np.float32), codes


class Cards(Dataset):
    """Twelve cards, one of them spoilt."""

    @property
    def tasks(self):
        return [Task("kind", classes=("bowl", "vase")), Task("colours", multi_label=True)]

    def sources(self):
        return [Path(__file__)]

    def records(self):
        for number in range(12):
            yield Rejected(f"cards:{number}", "it is spoilt") if number == 5 else self.card(number)

    def card(self, number):
        inputs = {"image": Image.new("RGB", (8, 8), (20 * number, 90, 90)), "text": {"title": f"Card {number}"}}
        kind = ("bowl", "vase")[number // 2 % 2]
        return Record(
            str(number), inputs, {"kind": kind, "colours": ["red"]}, f"o{number // 2}", source=f"cards:{number}"
        )
