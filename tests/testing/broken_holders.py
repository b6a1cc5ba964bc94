"""Mutants that hold components: encoders side by side, chains of augmenters, ensembles of heads."""

from typing import Literal

import numpy as np
import torch
from mutants import BROKEN
from torch import nn

from vbg_framework import Augmenter, Component, Config, Encoder, EstimatorClassifier, Features, Part
from vbg_framework.toolkit import derive

ASKED, FROZEN = "held_components_are_asked", "held_components_stay_frozen"
WORDS = {"type": "textcnn", "vocab_size": 200, "max_length": 32, "embedding": 16, "filters": 4}
PIECES = {"type": "bert", "vocab_size": 200, "max_length": 32, "dim": 16, "layers": 1, "heads": 2, "frozen": True}


class Encoders(Config):
    """Encoders of text."""

    encoders: list[Part[Literal["encoder"]]]
    """Which."""


class SideBySide(Encoder):
    modality = "text"

    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        texts = list(items)
        for place, part in enumerate(config.encoders):
            (assets / str(place)).mkdir()
            part.load().prepare(part.config, iter(texts), assets / str(place), seed=derive(seed, place))

    def made(self, part, assets):
        return part.make(assets=assets)

    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.parts = nn.ModuleList(self.made(part, assets / str(n)) for n, part in enumerate(config.encoders))
        self.dim = sum(part.dim for part in self.parts)

    def pretrain(self, items, *, seed):
        texts = list(items)
        for place, part in enumerate(self.parts):
            part.pretrain(iter(texts), seed=derive(seed, place))

    def processor(self, train):
        own = [part.processor(train) for part in self.parts]
        return lambda items: {f"{n}.{key}": x for n, one in enumerate(own) for key, x in one(items).items()}

    def said(self, inputs):
        for place, part in enumerate(self.parts):
            own = f"{place}."
            yield part({key.removeprefix(own): x for key, x in inputs.items() if key.startswith(own)})

    def forward(self, inputs):
        pooled = torch.cat([each.pooled for each in self.said(inputs)], 1)
        return Features(pooled[:, None], torch.ones(len(pooled), 1, dtype=torch.bool), pooled)


class FirstAlone(SideBySide):
    def said(self, inputs):
        first = next(super().said(inputs))
        yield first
        yield Features(first.tokens, first.mask, first.pooled.new_zeros(len(first.pooled), self.parts[1].dim))


class OptionsForgotten(SideBySide):
    def made(self, part, assets):
        return part.load()(part.config.model_copy(update={"dropout": 0.3}), assets=assets)


class PretrainForgotten(SideBySide):
    def pretrain(self, items, *, seed):
        pass


class ItemsReadUp(SideBySide):
    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        for place, part in enumerate(config.encoders):
            (assets / str(place)).mkdir()
            part.load().prepare(part.config, items, assets / str(place), seed=derive(seed, place))


class Thaws(SideBySide):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.requires_grad_(True)


class Augmenters(Config):
    """Augmenters whose transforms follow each other."""

    chain: list[Part[Literal["augmenter"]]]
    """Which."""


class Chain(Augmenter):
    def __init__(self, config):
        super().__init__(config)
        self.parts = [part.make() for part in config.chain]

    def fit(self, train, *, accelerator, seed, folder, screen):
        for place, part in enumerate(self.parts):
            own = folder / str(place)
            own.mkdir(exist_ok=True)
            part.fit(train, accelerator=accelerator, seed=derive(seed, place), folder=own, screen=screen)

    def transform(self, train):
        return Transforms([each for part in self.parts if (each := part.transform(train)) is not None])


class Transforms:
    def __init__(self, transforms):
        self.transforms = transforms

    def __call__(self, items):
        for transform in self.transforms:
            items = transform(items)
        return items


class FirstTransformAlone(Chain):
    def transform(self, train):
        return Transforms(super().transform(train).transforms[:1])


class UsualAugmenters(Chain):
    def __init__(self, config):
        super().__init__(config)
        self.parts = [part.load()(part.component.config()) for part in config.chain]


class Heads(Config):
    """Heads whose probabilities are averaged."""

    members: dict[str, Part[Literal["classifier"]]]
    """Name -> which."""


class Mean(EstimatorClassifier):
    def __init__(self, config, *, dim, tasks):
        super().__init__(config, dim=dim, tasks=tasks)
        self.heads = {name: part.make(dim=dim, tasks=tasks) for name, part in self.chosen()}

    def chosen(self):
        return self.config.members.items()

    def fit(self, x, targets, *, seed):
        for name, head in self.heads.items():
            head.fit(x, targets, seed=derive(seed, name))

    def predict_proba(self, x):
        said = [head.predict_proba(x) for head in self.heads.values()]
        return {task: np.mean([each[task] for each in said], 0) for task in said[0]}

    def save(self, folder):
        for name, head in self.heads.items():
            (folder / name).mkdir()
            head.save(folder / name)

    def load(self, folder):
        for name, head in self.heads.items():
            head.load(folder / name)


class OneHead(Mean):
    def chosen(self):
        return [*super().chosen()][:1]


def component(kind, config, options, name):
    return Component(kind, "mutant", config, f"{__name__}:{name}", options)


TEXTS = {"encoders": [WORDS, PIECES]}
CHAIN = {"chain": [{"type": "classical", "flip": 1.0}, {"type": "label_noise", "share": 0.5}]}
MEMBERS = {"members": {"ridge": {"type": "ridge"}, "logistic": {"type": "logistic_regression", "c": 3.0}}}
GOOD = [
    component("encoder", Encoders, TEXTS, "SideBySide"),
    component("augmenter", Augmenters, CHAIN, "Chain"),
    component("classifier", Heads, MEMBERS, "Mean"),
]
for check, kind, config, options, name, says in (
    (ASKED, "encoder", Encoders, TEXTS, "OptionsForgotten", "none"),
    (ASKED, "encoder", Encoders, TEXTS, "PretrainForgotten", "none"),
    (ASKED, "encoder", Encoders, TEXTS, "ItemsReadUp", "without items"),
    (ASKED, "augmenter", Augmenters, CHAIN, "FirstTransformAlone", "none"),
    (ASKED, "augmenter", Augmenters, CHAIN, "UsualAugmenters", "none"),
    (ASKED, "encoder", Encoders, TEXTS, "FirstAlone", "none"),
    (ASKED, "classifier", Heads, MEMBERS, "OneHead", "none"),
    (FROZEN, "encoder", Encoders, TEXTS, "Thaws", "of Bert"),
):
    BROKEN.append((check, component(kind, config, options, name), says))
