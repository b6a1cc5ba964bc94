"""Mutants of what a classifier promises."""

import torch
from good_modules import Linear
from mutants import breaks
from torch import nn
from torch.nn import functional as F


@breaks("every_task_has_logits", "(8, 1)")
class OneLogitForTwo(Linear):
    def forward(self, x):
        return {name: found[:, :1] if found.shape[1] == 2 else found for name, found in super().forward(x).items()}


@breaks("every_task_has_logits", "binary, seven")
class LosesATask(Linear):
    def forward(self, x):
        return dict(list(super().forward(x).items())[:2])


@breaks("any_task_name_works", "Error")
class NamesAsKeys(Linear):
    def __init__(self, config, *, dim, tasks):
        super().__init__(config, dim=dim, tasks=tasks)
        self.named = nn.ModuleDict(zip(tasks, self.heads, strict=True))


@breaks("loss_is_a_finite_number", "shape (3,)")
class LossPerTask(Linear):
    def loss(self, logits, targets):
        return torch.stack([self.task_loss(name, logits[name], targets[name]) for name in self.tasks])


@breaks("loss_is_a_finite_number", "NaN")
class LogarithmOfZero(Linear):
    def loss(self, logits, targets):
        return super().loss(logits, targets) - torch.zeros(()).log()


@breaks("rows_are_judged_alone", "differ by")
class NormalisesOverTheBatch(Linear):
    def forward(self, x):
        return super().forward(x - x.mean(0))


@breaks("missing_labels_contribute_nothing", "loss differ by")
class MeanOfAllRows(Linear):
    def task_loss(self, name, logits, target):
        known = (target != -1).reshape(len(target), -1).all(1)
        return super().task_loss(name, logits, target) * known.sum() / len(known)


@breaks("missing_labels_contribute_nothing", "gradients of")
class MissingIsTheFirstClass(Linear):
    def task_loss(self, name, logits, target):
        return super().task_loss(name, logits, target.clamp(min=0))


@breaks("parts_add_up", "in parts")
class MeanOverTasksWithLabels(Linear):
    def loss(self, logits, targets):
        told = [name for name, target in targets.items() if (target != -1).any()]
        return super().loss(logits, targets) / max(1, len(told))


@breaks("parts_add_up", "in parts")
class DividesByWeights(Linear):
    def task_loss(self, name, logits, target):
        if self.tasks[name].multi_label:
            return super().task_loss(name, logits, target)
        weights = torch.arange(1.0, 1 + logits.shape[1])
        if not (target != -1).any():
            return logits.sum() * 0
        return F.cross_entropy(logits, target, weights, ignore_index=-1)


@breaks("no_label_at_all_is_survived", "NaN")
class MeanOfNothing(Linear):
    def task_loss(self, name, logits, target):
        if self.tasks[name].multi_label:
            return super().task_loss(name, logits, target)
        return F.cross_entropy(logits, target, ignore_index=-1)


@breaks("no_label_at_all_is_survived", "grad")
class LeavesTasksOut(Linear):
    def loss(self, logits, targets):
        known = [name for name in self.tasks if (targets[name] != -1).any()]
        return sum((self.task_loss(name, logits[name], targets[name]) for name in known), torch.zeros(()))


@breaks("eight_records_are_learnt", "seven")
class SeesNothing(Linear):
    def forward(self, x):
        return super().forward(x * 0)
