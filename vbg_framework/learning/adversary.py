"""Domain-adversarial training: joined features that do not reveal the domain of a record.

A small network, the adversary, learns to name the domain from the vectors the classifier reads. On the way back its
gradient is reversed, so encoders and fusion learn what makes it fail. Source: Ganin et al. 2016
(https://arxiv.org/abs/1505.07818).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.nn import functional as F

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.seeds import derive, isolated, seed_everything
from vbg_framework.config.experiment import SYNTHETIC, AdversarialConfig
from vbg_framework.config.registry import Resolved
from vbg_framework.contracts.interfaces import Classifier
from vbg_framework.contracts.record import Task
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.columns import TARGET
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.learning.features.estimator_head import EstimatorHead
from vbg_framework.learning.model import Model

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Domains:
    """Writes the domain of each training item beside its targets, None = unknown. Picklable.

    Args:
        task: what the adversary tells apart; its classes are the domains.
        codes: id of a real record -> its domain; None = the domains are real (0) and generated (1).
    """

    task: Task
    codes: Mapping[str, int] | None
    changes: ClassVar[tuple[str, ...]] = ()  # inputs stay as they are

    def __call__(self, items: Sequence[Item]) -> list[Item]:
        """Return the items, each with one more target."""
        return [{**item, "targets": {**item["targets"], self.task.name: self._code(item)}} for item in items]

    def _code(self, item: Item) -> int | None:
        synthetic = item.get("synthetic", False)
        if self.codes is None:
            return int(synthetic)
        return None if synthetic else self.codes.get(item["id"])


def open_domains(resolved: Resolved, prepared: Prepared, train: Items) -> Domains | None:
    """The domains of the training records; None without domain-adversarial training.

    Args:
        resolved: the experiment.
        prepared: its data.
        train: its real training items.

    Raises:
        VBGError: the data set has no such task, or there is nothing to tell apart.
    """
    setup = resolved.experiment.adversarial
    if setup is None:
        return None
    where = f"experiments.{resolved.name}.adversarial.over"
    if setup.over != SYNTHETIC:
        return _of_task(setup.over, prepared, train, where)
    augmenter = resolved.parts["augmenter"]
    if not augmenter.component.load()(augmenter.config).generates:
        what = f"'{augmenter.component.name}' generates no records that could be told from real ones"
        raise VBGError(where, what, "Choose an augmenter that does.")
    return Domains(Task(SYNTHETIC, classes=("real", "generated")), None)


def _of_task(name: str, prepared: Prepared, train: Items, where: str) -> Domains:
    known = {task.name: task for task in prepared.tasks}
    if name not in known:
        raise VBGError(where, f"unknown task '{name}'", did_you_mean(name, {*known, SYNTHETIC}))
    if known[name].multi_label:
        raise VBGError(where, f"a record may carry several classes of '{name}' at once", "Choose another task.")
    labels = dict(zip(train.ids, train.column(TARGET + name), strict=True))
    classes = tuple(label for label in known[name].classes if label in set(labels.values()))
    if len(classes) < 2:
        what = f"all training records are of one class of '{name}', got {', '.join(classes) or 'no label'}"
        raise VBGError(where, what, "It takes two classes or more.")
    codes = {label: code for code, label in enumerate(classes)}
    return Domains(Task(name, classes=classes), {i: codes[label] for i, label in labels.items() if label is not None})


class AdversarialHead(Classifier):
    """A classifier with an adversary beside it, for training alone.

    In training its logits hold one more entry, the adversary's, (B, domains); asked otherwise it answers as the
    classifier does. Where modalities vote, the adversary votes as well.

    Args:
        classifier: learns the tasks.
        domain: what the adversary learns, under a name that no task has.
        dim: size of the vectors both read.
        setup: size of the adversary and weight of its loss.

    Attributes:
        strength: lambda, the factor of the reversed gradient; see `reversal_strength`.
    """

    def __init__(self, classifier: Classifier, domain: Task, dim: int, setup: AdversarialConfig) -> None:
        super().__init__(classifier.config, dim=dim, tasks={})
        self.classifier, self.domain, self.weight, self.strength = classifier, domain.name, setup.weight, 0.0
        sizes = setup.hidden, len(domain.classes)
        self.adversary = nn.Sequential(nn.Linear(dim, sizes[0]), nn.ReLU(), nn.Linear(*sizes))
        self._heard: Tensor = torch.zeros(3)  # sum of losses, hits, labels since `told`

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """(B, dim) -> task -> (B, C) logits."""
        logits = dict(self.classifier(x))
        return {**logits, self.domain: self.adversary(reverse(x, self.strength))} if self.training else logits

    def loss(self, logits: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> Tensor:
        """The classifier's loss plus `weight` times the adversary's mean cross-entropy over records of known domain."""
        tasks = [{name: x for name, x in given.items() if name != self.domain} for given in (logits, targets)]
        said, domain = logits[self.domain].float(), targets[self.domain]
        total = F.cross_entropy(said, domain, ignore_index=-1, reduction="sum")
        known = (domain >= 0).sum()
        with torch.no_grad():
            heard = torch.stack([total, (said.argmax(-1) == domain).sum().float(), known.float()])
            self._heard = self._heard.to(heard.device) + heard
        return self.classifier.loss(*tasks) + self.weight * total / known.clamp(min=1)

    def label_mass(self, targets: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """The classifier's own, and the number of known domains."""
        tasks = {name: target for name, target in targets.items() if name != self.domain}
        return {**self.classifier.label_mass(tasks), self.domain: (targets[self.domain] >= 0).sum()}

    def told(self, accelerator: Accelerator) -> dict[str, float]:
        """The adversary's mean loss and accuracy over all processes since the last call; empty if no domain was known.

        The loss is part of the classifier's, so one that is not finite is found there.
        """
        heard, self._heard = self._heard.to(accelerator.device), torch.zeros(3)
        total, hits, known = accelerator.reduce(heard, reduction="sum").tolist()
        return {"adversary_loss": total / known, "adversary_accuracy": hits / known} if known else {}


def reversal_strength(progress: float) -> float:
    """Lambda: 2 / (1 + exp(-10 p)) - 1 after the share p of the training, from 0 to almost 1 (Ganin et al. 2016)."""
    return 2 / (1 + math.exp(-10 * progress)) - 1


def reverse(x: Tensor, strength: float) -> Tensor:
    """The same values; on the way back the gradient is multiplied by `-strength` (Ganin et al. 2016)."""
    return _Reverse.apply(x, strength)


class _Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, strength: float) -> Tensor:
        ctx.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        return -ctx.strength * gradients[0], None


def oppose(model: Model, domains: Domains, resolved: Resolved) -> None:
    """Put an adversary beside the model's classifier.

    Raises:
        VBGError: the classifier is fitted, or neither encoders nor fusion learn.
    """
    setup, where = resolved.experiment.adversarial, f"experiments.{resolved.name}.adversarial"
    assert setup is not None
    if isinstance(model.classifier, EstimatorHead):
        what = f"'{resolved.parts['classifier'].component.name}' is fitted, and no gradient can be reversed"
        raise VBGError(where, what, "Choose a classifier that is trained, such as softmax.")
    parts = [*model.encoders.values(), *([model.fusion] if model.fusion is not None else [])]
    if not any(parameter.requires_grad for part in parts for parameter in part.parameters()):
        fix = "Set frozen=false for an encoder, or choose a fusion with weights."
        raise VBGError(where, "neither encoders nor fusion learn, so no gradient can be reversed", fix)
    dim = model.fusion.dim if model.fusion is not None else next(iter(model.encoders.values())).dim
    with isolated():
        seed_everything(derive(resolved.experiment.seed, "adversary"))
        model.classifier = AdversarialHead(model.classifier, domains.task, dim, setup)


def dismiss(model: Model) -> None:
    """Take the adversary away again, if there is one."""
    if isinstance(model.classifier, AdversarialHead):
        model.classifier = model.classifier.classifier
