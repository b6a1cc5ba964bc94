"""Mutants that answer otherwise in another interpreter."""

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import torch
from good_modules import ImageEncoder, Letters, Linear, MeanFusion, MetadataEncoder, TextEncoder
from good_others import Between, Blend, Cards, Dim, Dimmed, Neighbours
from mutants import breaks

from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.record import Task

KEPT = "kept_gives_the_same_answers_elsewhere"
LEARNT = "the_same_is_learnt_elsewhere"
SEEN = {}


class Hashed(Letters):
    def __call__(self, texts):
        codes = super().__call__(texts)["codes"]
        first = torch.tensor([2 + hash(text) % len(self.codes) for text in texts])
        return {"codes": torch.cat([first[:, None], codes], 1)}


@breaks(KEPT, "in place of")
class HashesWords(TextEncoder):
    def processor(self, train):
        return Hashed(self.alphabet)


@breaks(KEPT, "KeyError")
class VocabularyInTheModule(TextEncoder):
    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        super().prepare(config, items, assets, seed=seed)
        SEEN["letters"] = (assets / "alphabet.json").read_text()

    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.alphabet = json.loads(SEEN["letters"])


@breaks(KEPT, "FileNotFoundError")
class RemembersItsFolder(MetadataEncoder):
    """Reads what it has written to a folder of its own, by a path that holds for the process."""

    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        super().prepare(config, items, assets, seed=seed)
        (Path(os.environ.get("TMPDIR", "/tmp")) / f"fields-{os.getpid()}.json").write_text("[]")

    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        json.loads((Path(os.environ.get("TMPDIR", "/tmp")) / f"fields-{os.getpid()}.json").read_text())


@breaks(KEPT, "in place of")
class ForgetsWhatItLearntAtFirst(ImageEncoder):
    mean = 0.0

    def pretrain(self, items, *, seed):
        self.mean = float(np.mean([np.asarray(item).mean() for item in items])) / 255

    def forward(self, inputs):
        return super().forward({"tiles": inputs["tiles"] - self.mean})


@breaks(KEPT, "in place of")
class BufferThatIsNotSaved(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.register_buffer("mean", torch.zeros(3), persistent=False)

    def forward(self, inputs):
        if self.training:
            self.mean = inputs["tiles"].mean((0, 1))
        return super().forward({"tiles": inputs["tiles"] - self.mean})


@breaks(KEPT, "in place of")
class ModalitiesOfASet(MeanFusion):
    def __init__(self, config, *, dims):
        super().__init__(config, dims=dims)
        self.weights_of = {name: 1 + hash(name) % 97 / 97 for name in dims}

    def vector(self, name, each):
        return self.weights_of[name] * super().vector(name, each)


@breaks(KEPT, "in place of")
class HeadsOfAHash(Linear):
    def forward(self, x):
        return {name: logits + hash(name) % 97 for name, logits in super().forward(x).items()}


class Shared(Neighbours):
    fields: dict = {}

    def fit(self, x, targets, *, seed):
        super().fit(x, targets, seed=seed)
        type(self).fields = dict(self.known)

    def load(self, folder):
        self.known = type(self).fields


@breaks(KEPT, "in place of")
class LearntByTheClass(Shared):
    pass


@breaks(KEPT, "FileNotFoundError")
class SavesBesideTheFolder(Neighbours):
    def save(self, folder):
        super().save(folder)
        (folder / "where.json").write_text(json.dumps(os.path.relpath(folder / "x.safetensors")))

    def load(self, folder):
        Path(json.loads((folder / "where.json").read_text())).read_bytes()
        super().load(folder)


@breaks(KEPT, "in place of")
class ColourInTheModule(Blend):
    def fit(self, train, **about):
        super().fit(train, **about)
        SEEN["colour"] = self.colour

    def save(self, folder):
        (folder / "colour.json").write_text("[0, 0, 0]")

    def load(self, folder):
        self.colour = SEEN.get("colour", [0.0, 0.0, 0.0])


class NeverSaves(Blend):
    save, load = Augmenter.save, Augmenter.load


@breaks(KEPT, "AttributeError")
class SavesNothing(NeverSaves):
    pass


@breaks(LEARNT, "in place of")
class LettersOfASet(TextEncoder):
    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        letters = {word for text in items for word in text.split()}
        (assets / "alphabet.json").write_text(json.dumps([word[0] for word in letters]))


@breaks(LEARNT, "in place of")
class HashedGroups(Neighbours):
    def fit(self, x, targets, *, seed):
        super().fit(x[:, np.argsort([hash(str(n)) for n in range(x.shape[1])])], targets, seed=seed)


@breaks(LEARNT, "in place of")
class StepsInTheOrderOfASet(Blend):
    def step(self, train, draw, total):
        names = " ".join({record.id for record in train})
        return [float(byte) for byte in hashlib.sha256(names.encode()).digest()[:3]]


class SetOfWords(Dimmed):
    def __call__(self, items):
        return [self.told(item) for item in super().__call__(items)]

    def told(self, item):
        words = " ".join(set(item["inputs"].get("text", "").split()))
        return {**item, "inputs": {**item["inputs"], **({"text": words} if words else {})}}


@breaks(LEARNT, "in place of")
class WordsOfASet(Dim):
    def transform(self, train):
        return SetOfWords()


@breaks(LEARNT, "in place of")
class ClassesOfASet(Between):
    def made(self, x, known, classes, draw):
        order = sorted(range(len(classes)), key=lambda place: hash(f"{place}"))
        return super().made(x, known, classes[order], draw)


@breaks(LEARNT, "in place of")
class RecordsOfASet(Cards):
    def records(self):
        known = {str(item.id) or "spoilt": item for item in super().records()}
        for name in set(known):
            yield known[name]


@breaks(LEARNT, "in place of")
class TasksOfASet(Cards):
    @property
    def tasks(self):
        return [Task("kind", classes=tuple({"bowl", "vase", "jar", "dish", "plate", "ewer"})), super().tasks[1]]


@breaks(LEARNT, "FileNotFoundError")
class ReadsTheWorkingFolder(Cards):
    def records(self):
        Path("pyproject.toml").read_bytes()
        yield from super().records()
