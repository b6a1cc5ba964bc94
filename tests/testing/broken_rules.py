"""Metrics, schedules and optimisers that break one promise each."""

import math
import random

import numpy as np
import torch
from mutants import breaks

from vbg_framework import Metric, Optimizer, Schedule


class Share(Metric):
    title, meaning = "Share", "share of records answered right"

    def value(self, outcomes):
        return float((outcomes.truth & outcomes.predicted).any(1).mean())


@breaks("value_is_in_range", "nan")
class Percent(Share):
    def value(self, outcomes):
        return math.nan if len(outcomes.truth) == 1 else super().value(outcomes)


@breaks("value_is_in_range", "0")
class Hundred(Share):
    def value(self, outcomes):
        return 100 * super().value(outcomes)


@breaks("right_answers_are_better", "and 1")
class Error(Share):
    def value(self, outcomes):
        return 1 - super().value(outcomes)


@breaks("order_of_records_does_not_matter", "0.")
class FirstHalf(Share):
    def value(self, outcomes):
        rows = np.arange(len(outcomes.truth)) < len(outcomes.truth) / 3
        return float((outcomes.truth & outcomes.predicted)[rows].any(1).mean())


@breaks("probabilities_matter_as_declared", "1.0")
class Sureness(Share):
    def value(self, outcomes):
        return float(outcomes.probabilities[outcomes.truth].mean()) if outcomes.truth.any() else None


@breaks("answers_are_left_alone", "another one")
class InPlace(Share):
    def value(self, outcomes):
        outcomes.probabilities.sort(axis=1)
        return super().value(outcomes)


class Falling(Schedule):
    def factor(self, step, steps):
        return 1 - step / steps


@breaks("share_is_finite", "ZeroDivisionError")
class DividesByOneLess(Schedule):
    def factor(self, step, steps):
        return 1 - step / (steps - 1)


@breaks("share_is_finite", "-1")
class BelowZero(Schedule):
    def factor(self, step, steps):
        return 1 - 2 * step / steps


@breaks("schedule_keeps_no_state", "and")
class Counting(Schedule):
    calls = 0

    def factor(self, step, steps):
        self.calls += 1
        return 1 / self.calls


@breaks("schedule_keeps_no_state", "and")
class Drawing(Schedule):
    def factor(self, step, steps):
        return random.random() + step


class Plain(Optimizer):
    def build(self, groups):
        return torch.optim.SGD(groups, lr=0.0)


@breaks("groups_are_kept", "None")
class OneList(Optimizer):
    def build(self, groups):
        return torch.optim.SGD([parameter for group in groups for parameter in group["params"]], lr=0.0)


class OwnRate(torch.optim.SGD):
    def step(self, closure=None):
        for group in self.param_groups:
            group["lr"] = 0.01
        super().step(closure)


@breaks("steps_lower_the_loss", "a change")
class AtItsOwnRate(Optimizer):
    def build(self, groups):
        return OwnRate(groups, lr=0.0)


@breaks("steps_lower_the_loss", "")
class Upwards(Optimizer):
    def build(self, groups):
        return torch.optim.SGD(groups, lr=0.0, maximize=True)


class Tiring(torch.optim.SGD):
    done = 0

    def step(self, closure=None):
        self.done += 1
        for group in self.param_groups:
            group["lr"] /= self.done
        super().step(closure)


@breaks("state_survives", "others")
class CountsOutside(Optimizer):
    def build(self, groups):
        return Tiring(groups, lr=0.0)
