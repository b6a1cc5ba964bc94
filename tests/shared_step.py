"""One optimiser step of processes that share it; they write its gradients and losses."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from accelerate import Accelerator
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F
from vbg_softmax import MlpConfig
from vbg_softmax.mlp import MlpClassifier

from vbg_framework.config.experiment import AdversarialConfig
from vbg_framework.contracts.interfaces import Classifier, Encoder, Features
from vbg_framework.contracts.record import Task
from vbg_framework.learning.adversary import AdversarialHead, Domains
from vbg_framework.learning.batch import Collate, Steps, training_loader
from vbg_framework.learning.job import new_accelerator
from vbg_framework.learning.model import Model
from vbg_framework.learning.train import _step
from vbg_framework.learning.training import Training

TASKS = {
    "form": Task("form", classes=("a", "b", "c"), counts=(7, 2, 1)),
    "glaze": Task("glaze", classes=("x", "y"), counts=(5, 5)),
    "tags": Task("tags", True, classes=("r", "s"), counts=(4, 2)),
}
DOMAIN = Task("museum", classes=("north", "south"))
HEADS = ("mlp", "mean of weights", "only what is labelled", "adversary")
SHAPES = ((7, None), (7, 2), (7, 1), (6, None), (1, None))
"""Batch size and micro-batch size."""


class Vectors(Encoder):
    """Lets a vector through a layer; a second layer stays unused, a third is frozen."""

    modality, dim = "text", 4

    def __init__(self):
        super().__init__(None, assets=Path())
        self.layer, self.unused, self.frozen = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 4)
        self.frozen.requires_grad_(False)

    def processor(self, train):
        return lambda items: {"x": torch.stack(items)}

    def forward(self, inputs):
        pooled = self.frozen(self.layer(inputs["x"]))
        return Features(pooled[:, None], pooled.new_ones(len(pooled), 1, dtype=torch.bool), pooled)


class Weighted(Classifier):
    """A mean divided by the weights of its labels, as `torch.nn.CrossEntropyLoss` does it, and a penalty."""

    def __init__(self, config, *, dim, tasks):
        super().__init__(config, dim=dim, tasks=tasks)
        self.layers = nn.ModuleList(nn.Linear(dim, len(task.classes)) for task in tasks.values())
        self.names = list(tasks)
        self.register_buffer("weights", torch.tensor([1.0, 3.0, 10.0]))

    def forward(self, x):
        return {name: layer(x) for name, layer in zip(self.names, self.layers, strict=True)}

    def loss(self, logits, targets):
        mass = self.label_mass(targets)
        sums = (self._sum(logits[name], targets[name]) / mass[name].clamp(min=1e-9) for name in self.names)
        return sum(sums) + 0.1 * sum(layer.weight.square().sum() for layer in self.layers)

    def label_mass(self, targets):
        return {name: self._weigh(target).sum() for name, target in targets.items()}

    def _weigh(self, target):
        if target.dim() == 2:
            return (1 + 4 * target[:, 0]) * (target != -1).all(1)
        return self.weights[target.clamp(min=0)] * (target != -1)

    def _sum(self, logits, target):
        if target.dim() == 2:
            losses = F.binary_cross_entropy_with_logits(logits, target.clamp(min=0), reduction="none").mean(1)
        else:
            losses = F.cross_entropy(logits, target, ignore_index=-1, reduction="none")
        return (losses * self._weigh(target)).sum()


class Sparing(Weighted):
    """Does not even look at the logits of a task without labels."""

    def label_mass(self, targets):
        return Classifier.label_mass(self, targets)

    def loss(self, logits, targets):
        mass = self.label_mass(targets)
        sums = [self._sum(logits[name], targets[name]) / mass[name] for name in self.names if mass[name]]
        return sum(sums) / len(self.names) + 0.1 * self.layers[0].weight.square().sum()

    def _weigh(self, target):
        return (target != -1).reshape(len(target), -1).all(1)


def build(head: str) -> Model:
    """A model with one of the heads."""
    torch.manual_seed(0)
    encoder = Vectors()
    if head == "mean of weights":
        return Model({"text": encoder}, None, Weighted(None, dim=4, tasks=TASKS))
    if head == "only what is labelled":
        return Model({"text": encoder}, None, Sparing(None, dim=4, tasks=TASKS))
    config = MlpConfig(dropout=0, l2=0.1, class_weights="balanced", label_smoothing=0.1, hidden=(8,))
    classifier: Classifier = MlpClassifier(config, dim=4, tasks=TASKS)
    if head == "adversary":
        classifier = AdversarialHead(classifier, DOMAIN, 4, AdversarialConfig(over="museum", weight=0.5))
        classifier.strength = 0.7
    return Model({"text": encoder}, None, classifier)


def items(mixed: bool) -> list[dict]:
    """Seven records, of which a third have a label of a task; some are generated, some mixed with another."""
    generator = torch.Generator().manual_seed(1)
    made = []
    for number in range(7):
        lots = torch.rand(6, generator=generator).tolist()
        inputs = {"text": torch.randn(4, generator=generator)}
        made.append({"id": f"r{number}", "inputs": inputs, "targets": _targets(*lots), "synthetic": number % 3 == 0})
    if mixed:
        for number in (1, 4, 6):
            made[number]["second"] = {"targets": made[number - 1]["targets"], "weight": (0.25, 0.5)[number % 2]}
    return made


def _targets(form, glaze, tags, one, two, three):
    return {
        "form": int(3 * one) if form < 0.4 else None,
        "glaze": int(2 * two) if glaze < 0.4 else None,
        "tags": [int(three < 0.5), int(one < 0.5)] if tags < 0.3 else None,
    }


class Kept:
    """Stands for an optimiser: keeps the gradients of a step."""

    def __init__(self, model: nn.Module, accelerator: Accelerator) -> None:
        self.model, self.accelerator, self.found = model, accelerator, {}

    def step(self) -> None:
        if self.accelerator.sync_gradients:
            named = self.model.named_parameters()
            self.found = {name: p.grad.clone() for name, p in named if p.grad is not None and p.grad.any()}

    def zero_grad(self) -> None:
        if self.accelerator.sync_gradients:
            self.model.zero_grad()


def gradients(head: str, size: int, micro: int | None, weight: float, mixed: bool) -> dict[str, torch.Tensor]:
    """Parameter -> its gradient in the second step of this shape, and the loss that is logged."""
    accelerator, model = new_accelerator("fp32", 1), build(head)
    bare, wrapped = model, accelerator.prepare(model)
    setup = SimpleNamespace(batch_size=size, micro_batch_size=micro, clip=None)
    given, domains = items(mixed), Domains(DOMAIN, {"r0": 0, "r2": 1, "r3": 1})
    collate = Collate({"text": bare.encoders["text"].processor(True)}, {**TASKS, "museum": DOMAIN}, None, [domains])
    if head != "adversary":
        collate = Collate({"text": bare.encoders["text"].processor(True)}, TASKS)
    unused: Any = None
    training = Training(
        setup=setup, seed=1, train=given, validation=[], collate=collate, plain=collate, run=unused,
        accelerator=accelerator, screen=unused, notify=unused, rules=unused, sampling=unused,
        synthetic_weight=weight,
    )  # fmt: skip
    place: dict[str, Any] = {"process": accelerator.process_index, "processes": accelerator.num_processes}
    steps = Steps(
        len(given),
        size,
        training.micro,
        seed=1,
        start=0,
        stop=2,
        order=lambda draw: draw.permutation(len(given)),
        **place,
    )
    accelerator.gradient_accumulation_steps, accelerator.step = steps.passes, 0
    loader, kept = iter(training_loader(given, steps, collate, 0)), Kept(bare, accelerator)
    for step in range(2):
        loss = _step(wrapped, kept, [next(loader) for _ in range(steps.passes)], step, training)
    told = bare.classifier.told(accelerator) if head == "adversary" else {}
    logged = torch.tensor([float(accelerator.reduce(loss, reduction="mean")), *told.values()])
    return {**kept.found, "logged": logged}


def cases(shapes=SHAPES):
    """All cases by name."""
    return {
        f"{head}, {size} by {micro}, generated weigh {weight}, {'' if mixed else 'not '}mixed":
            (head, size, micro, weight, mixed)
        for head in HEADS for size, micro in shapes for weight, mixed in ((1.0, False), (0.25, True), (0.25, False))
    }  # fmt: skip


def main(file: Path) -> None:
    """Write what the processes found together."""
    found = {name: gradients(*case) for name, case in cases().items()}
    if Accelerator(cpu=True).is_main_process:
        save_file({f"{case}/{name}": value for case, each in found.items() for name, value in each.items()}, str(file))
