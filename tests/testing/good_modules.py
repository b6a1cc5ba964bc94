"""Torch modules that keep every promise."""

from __future__ import annotations

import json

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from vbg_framework.contracts.interfaces import Classifier, Encoder, Features, Fusion


def masked_mean(tokens, mask):
    return (tokens * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)


class Letters:
    """Texts -> {"codes": (B, N)}; 0 = padding, 1 = unknown."""

    def __init__(self, alphabet):
        self.codes = {letter: code for code, letter in enumerate(alphabet, 2)}

    def __call__(self, texts):
        rows = [[self.codes.get(letter, 1) for letter in text[:64]] or [1] for text in texts]
        return {"codes": pad_sequence([torch.tensor(row) for row in rows], batch_first=True)}


class TextEncoder(Encoder):
    modality = "text"

    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        (assets / "alphabet.json").write_text(json.dumps(sorted({letter for text in items for letter in text})))

    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.alphabet = json.loads((assets / "alphabet.json").read_text())
        self.dim = config.dim
        self.letters = nn.Embedding(len(self.alphabet) + 2, self.dim)
        self.layer = nn.Linear(self.dim, self.dim)
        self.dropout = nn.Dropout(0.1)

    def processor(self, train):
        return Letters(self.alphabet)

    def forward(self, inputs):
        mask = inputs["codes"] != 0  # (B, N)
        tokens = self.dropout(self.layer(self.letters(inputs["codes"])))  # (B, N, D)
        return Features(tokens, mask, masked_mean(tokens, mask))


class Tiles:
    """Images -> {"tiles": (B, 16, 3)}; a little brighter or darker in training."""

    def __init__(self, random):
        self.random = random

    def __call__(self, images):
        small = np.stack([np.asarray(image.resize((4, 4))).reshape(-1, 3) for image in images])
        tiles = torch.from_numpy(small).float() / 255
        return {"tiles": tiles + 0.1 * torch.rand(len(images), 1, 1) if self.random else tiles}


class ImageEncoder(Encoder):
    modality = "image"

    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.dim = config.dim
        self.layer = nn.Linear(3, self.dim)

    def processor(self, train):
        return Tiles(train)

    def forward(self, inputs):
        tokens = self.layer(inputs["tiles"])
        return Features(tokens, tokens.new_ones(tokens.shape[:2], dtype=torch.bool), tokens.mean(1))


class Fields:
    """Metadata -> {"values": (B, N)}: a number per known field, NaN = missing."""

    def __init__(self, fields):
        self.fields = fields

    def __call__(self, items):
        return {"values": torch.tensor([[self.number(item.get(name)) for name in self.fields] for item in items])}

    def number(self, value):
        try:
            return float(value) / 1000
        except (TypeError, ValueError):
            return float("nan") if value is None else 0.0


class MetadataEncoder(Encoder):
    modality = "metadata"

    @classmethod
    def prepare(cls, config, items, assets, *, seed):
        (assets / "fields.json").write_text(json.dumps(sorted({name for item in items for name in item})))

    def __init__(self, config, *, assets):
        super().__init__(config, assets=assets)
        self.fields = json.loads((assets / "fields.json").read_text())
        self.dim = config.dim
        self.names = nn.Parameter(torch.randn(1 + len(self.fields), self.dim))
        self.scale = nn.Linear(1, self.dim)

    def processor(self, train):
        return Fields(self.fields)

    def forward(self, inputs):
        values = inputs["values"]  # (B, N)
        known = self.scale(values.nan_to_num()[..., None]) + self.names[1:]  # (B, N, D)
        first = self.names[:1].expand(len(values), 1, -1)  # stands for the record as a whole
        mask = torch.cat([values.new_ones(len(values), 1, dtype=torch.bool), ~values.isnan()], dim=1)
        tokens = torch.cat([first, known], dim=1)
        return Features(tokens, mask, masked_mean(tokens, mask))


class MeanFusion(Fusion):
    def __init__(self, config, *, dims):
        super().__init__(config, dims=dims)
        self.dim = config.dim
        self.project = nn.ModuleDict({name: nn.Linear(dim, self.dim) for name, dim in dims.items()})

    def forward(self, features):
        there = {name: each.mask.any(1, keepdim=True) for name, each in features.items()}  # (B, 1)
        parts = [self.vector(name, each) * there[name] for name, each in features.items()]
        return sum(parts) / sum(map(torch.Tensor.float, there.values())).clamp(min=1)

    def vector(self, name, each):
        return self.project[name](masked_mean(each.tokens, each.mask))

    def attention(self, features):
        names = list(features)
        return {(a, b): self.weights(a, b, features) for a in names for b in names if a != b}

    def weights(self, a, b, features):
        query, key = self.project[a](features[a].tokens), self.project[b](features[b].tokens)
        mask = features[b].mask[:, None, :]  # (B, 1, M)
        scores = (query @ key.transpose(1, 2)).masked_fill(~(mask | ~mask.any(-1, keepdim=True)), -torch.inf)
        return (scores.softmax(-1) * mask)[:, None]  # (B, 1, N, M)


class Linear(Classifier):
    def __init__(self, config, *, dim, tasks):
        super().__init__(config, dim=dim, tasks=tasks)
        self.tasks = dict(tasks)
        self.heads = nn.ModuleList(nn.Linear(dim, len(task.classes)) for task in tasks.values())

    def forward(self, x):
        return {name: head(x) for name, head in zip(self.tasks, self.heads, strict=True)}

    def loss(self, logits, targets):
        return sum(self.task_loss(name, logits[name], targets[name]) for name in self.tasks)

    def task_loss(self, name, logits, target):
        if self.tasks[name].multi_label:
            known = (target != -1).all(1)
            losses = F.binary_cross_entropy_with_logits(logits, target.clamp(min=0), reduction="none").mean(1) * known
        else:
            known = target != -1
            losses = F.cross_entropy(logits, target, ignore_index=-1, reduction="none")
        return losses.sum() / known.sum().clamp(min=1)
