"""Components that are odd, and keep every promise all the same."""

from __future__ import annotations

import torch
from good_modules import ImageEncoder, Linear, MeanFusion, TextEncoder, masked_mean
from good_others import Blend, Cards
from torch import nn
from torch.nn import functional as F

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.interfaces import Augmenter, Features, Fusion
from vbg_framework.contracts.record import Record


class Frozen(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.requires_grad_(False)


class BatchNorm(ImageEncoder):
    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.norm = nn.BatchNorm1d(self.dim)

    def forward(self, inputs):
        found = super().forward(inputs)
        tokens = self.norm(found.tokens.transpose(1, 2)).transpose(1, 2)
        return Features(tokens, found.mask, tokens.mean(1))


class OneToken(TextEncoder):
    def forward(self, inputs):
        pooled = super().forward(inputs).pooled
        return Features(pooled[:, None], pooled.new_ones(len(pooled), 1, dtype=torch.bool), pooled)


class Tied(ImageEncoder):
    """Two names for one weight, a scratch buffer that is not saved."""

    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.again = nn.Linear(3, self.dim)
        self.again.weight = self.layer.weight
        self.register_buffer("scale", torch.full((1,), 0.5), persistent=False)

    def forward(self, inputs):
        found = super().forward(inputs)
        tokens = found.tokens + self.scale * self.again(inputs["tiles"])
        return Features(tokens, found.mask, tokens.mean(1))


class ParameterFree(Fusion):
    def __init__(self, config, *, dims):
        super().__init__(config, dims=dims)
        self.dim = sum(dims.values())

    def forward(self, features):
        return torch.cat([masked_mean(each.tokens, each.mask) for each in features.values()], dim=1)


class EqualSizesOnly(MeanFusion):
    def __init__(self, config, *, dims):
        if len(set(dims.values())) > 1:
            raise VBGError("fusion 'equal_sizes_only'", f"needs encoders of one size, got {dims}", "Set their `dim`.")
        super().__init__(config, dims=dims)

    def attention(self, features):
        return {}


class Penalised(Linear):
    """Dropout, batch norm and a penalty."""

    def __init__(self, config, *, dim, tasks):
        super().__init__(config, dim=dim, tasks=tasks)
        self.before = nn.Sequential(nn.BatchNorm1d(dim), nn.Dropout(0.2))

    def forward(self, x):
        return super().forward(self.before(x))

    def loss(self, logits, targets):
        return super().loss(logits, targets) + 1e-3 * sum(head.weight.square().sum() for head in self.heads)


class DividesByWeights(Linear):
    """A mean over labels that weigh as much as the number of their class, divided by these weights."""

    def task_loss(self, name, logits, target):
        if self.tasks[name].multi_label:
            return super().task_loss(name, logits, target)
        losses = F.cross_entropy(logits, target, ignore_index=-1, reduction="none") * self.weigh(target)
        return losses.sum() / self.weigh(target).sum().clamp(min=1)

    def weigh(self, target):
        return (target + 1).float()

    def label_mass(self, targets):
        several = {name for name, task in self.tasks.items() if task.multi_label}
        own = {name: self.weigh(target).sum() for name, target in targets.items() if name not in several}
        return {**super().label_mass(targets), **own}


class Refusing(Blend):
    """Makes a record of `vase` only."""

    def one(self, request, train, draw):
        return super().one(request, train, draw) if request["form"] == "vase" else None


class TextsOnly(Augmenter):
    """Writes a sentence; nothing is learnt, and no training record is read."""

    def generate(self, requests, train, *, seed):
        for place, request in enumerate(requests):
            yield Record("", {"text": f"A {request['form']}, number {seed * 100 + place}."}, {**request})


class OneObject(Cards):
    """A single record, without an image, of no group."""

    def records(self):
        yield Record("1", {"text": "A bowl."}, {"kind": "bowl"})

    def sources(self):
        return ()
