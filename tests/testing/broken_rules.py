"""Metrics, schedules, optimisers, samplers, losses and calibrations that break one promise each."""

import math
import random

import numpy as np
import torch
from mutants import breaks
from torch.nn import functional as F

from vbg_framework import Calibration, Loss, Metric, Optimizer, Sampler, Schedule


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


class Shuffled(Sampler):
    once = True

    def order(self, count, members, generator):
        return generator.permutation(count)


@breaks("positions_are_of_records", "5")
class OneLess(Shuffled):
    def order(self, count, members, generator):
        return super().order(count, members, generator)[: max(1, count - 1)] if count > 5 else [0] * count * 5


@breaks("positions_are_of_records", "[1]")
class FromOne(Shuffled):
    def order(self, count, members, generator):
        return super().order(count, members, generator) + 1


@breaks("order_follows_from_the_generator", "[")
class GlobalDraws(Shuffled):
    def order(self, count, members, generator):
        generator.random()
        return np.random.permutation(count)


@breaks("order_follows_from_the_generator", "[")
class Rolling(Shuffled):
    calls = 0

    def order(self, count, members, generator):
        self.calls += 1
        return np.roll(super().order(count, members, generator), self.calls)


@breaks("once_is_true", "[")
class WithReplacement(Shuffled):
    def order(self, count, members, generator):
        return generator.integers(0, count, count)


@breaks("passes_differ", "one and the same")
class AsTheyLie(Shuffled):
    def order(self, count, members, generator):
        return range(count)


class Entropy(Loss):
    def single(self, logits, target, weights):
        return F.cross_entropy(logits, target, weights, reduction="none")

    def several(self, logits, target, weights):
        return F.binary_cross_entropy_with_logits(logits, target, pos_weight=weights, reduction="none").mean(1)


@breaks("values_are_finite", "()")
class Averaged(Entropy):
    def single(self, logits, target, weights):
        return super().single(logits, target, weights).mean()


@breaks("values_are_finite", "nan")
class LogOfSoftmax(Entropy):
    def single(self, logits, target, weights):
        return -logits.softmax(1).log().gather(1, target[:, None])[:, 0] * weights[target]


@breaks("values_are_finite", "nan")
class RootOfNothing(Entropy):
    def several(self, logits, target, weights):
        return super().several(logits, target, weights).sqrt()


@breaks("right_logits_cost_less", "")
class Turned(Entropy):
    def single(self, logits, target, weights):
        return super().single(-logits, target, weights)


@breaks("records_are_apart", "and")
class Standardised(Entropy):
    def single(self, logits, target, weights):
        return super().single(logits - logits.mean(0), target, weights)


@breaks("records_are_apart", "and")
class Hardest(Entropy):
    def several(self, logits, target, weights):
        losses = super().several(logits, target, weights)
        return losses * (1 + (losses == losses.max()))


@breaks("weights_count", "")
class Unweighted(Entropy):
    def several(self, logits, target, weights):
        return super().several(logits, target, torch.ones_like(weights))


class Cooled(Calibration):
    power = 0.4

    def learn(self, found, targets, multi_label):
        return {"power": self.power, "n": len(found)}

    @staticmethod
    def apply(found, learnt, multi_label):
        powers = found.astype(float) ** learnt["power"]
        rest = (1 - found.astype(float)) ** learnt["power"] if multi_label else powers.sum(1, keepdims=True) - powers
        return (powers / (powers + rest)).astype(found.dtype)


@breaks("probabilities_come_out", "to")
class Undivided(Cooled):
    @staticmethod
    def apply(found, learnt, multi_label):
        return (found ** learnt["power"]).astype(found.dtype)


@breaks("probabilities_come_out", "float64")
class OtherType(Cooled):
    @staticmethod
    def apply(found, learnt, multi_label):
        return Cooled.apply(found.astype(float), learnt, multi_label)


@breaks("probabilities_come_out", "nan")
class DividesByNothing(Cooled):
    def learn(self, found, targets, multi_label):
        return {"power": 0.4 / (1 if len(found) > 1 else math.nan), "n": 1}


@breaks("surprise_falls", "")
class Heated(Cooled):
    power = 2.5


@breaks("order_of_learning_does_not_matter", "apart")
class FirstRecords(Cooled):
    def learn(self, found, targets, multi_label):
        return {"power": 0.3 + 0.2 * float(found[: len(found) // 4].max(1).mean() ** 4), "n": 1}


@breaks("records_are_changed_alone", "apart")
class Standardises(Cooled):
    @staticmethod
    def apply(found, learnt, multi_label):
        mean = found.mean(0) if len(found) > 100 else 0.5
        powers = (found.astype(float) + 0.2 * mean) ** learnt["power"]
        return (powers / (powers.max() if multi_label else powers.sum(1, keepdims=True))).astype(found.dtype)


@breaks("records_are_changed_alone", "other numbers")
class WithinThem(Cooled):
    @staticmethod
    def apply(found, learnt, multi_label):
        out = Cooled.apply(found, learnt, multi_label)
        found[:] = out
        return found
