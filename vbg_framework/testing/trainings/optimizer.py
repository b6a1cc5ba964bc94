"""What an optimiser promises."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from vbg_framework.contracts.optimizer import Optimizer
from vbg_framework.learning.checkpoint import flat_state, restore_state
from vbg_framework.learning.optimiser import set_rate
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.subject import Subject

STEPS = 20


class OptimizerSubject(Subject):
    """An optimiser with something to learn."""

    def lesson(self) -> tuple[nn.Linear, torch.optim.Optimizer]:
        """A layer, and the optimiser over its two groups."""
        torch.manual_seed(0)
        layer, rule = nn.Linear(4, 1), self.build()
        assert isinstance(rule, Optimizer)
        shares = ((layer.weight, 0.01), (layer.bias, 0.0))
        groups = [{"params": [p], "peak": 0.01, "weight_decay": decay, "name": "head"} for p, decay in shares]
        return layer, rule.build(groups)


def loss_of(layer: nn.Linear) -> torch.Tensor:
    """How far the layer is from the sum of four numbers."""
    x = torch.linspace(-1, 1, 32).reshape(8, 4)
    return ((layer(x) - x.sum(1, keepdim=True)) ** 2).mean()


def learn(layer: nn.Linear, optimiser: torch.optim.Optimizer, steps: int) -> float:
    """Take optimiser steps; return the loss after them."""
    for _ in range(steps):
        set_rate(optimiser, 1.0)
        optimiser.zero_grad()
        loss_of(layer).backward()
        optimiser.step()
    return loss_of(layer).item()


@promise(
    "optimizer",
    "The optimiser has the groups it was given, in order and with all their keys.",
    cause="parameters that were put into one list, or groups made anew",
    fix="Hand the groups on: `torch.optim.SGD(groups, lr=0.0)`.",
)
def check_groups_are_kept(subject: Any) -> None:
    """Look at `param_groups`."""
    _, optimiser = subject.lesson()
    results = [(each.get("name"), each.get("peak"), each.get("weight_decay")) for each in optimiser.param_groups]
    wanted = [("head", 0.01, 0.01), ("head", 0.01, 0.0)]
    expect(results == wanted, f"the groups {wanted}", results)


@promise(
    "optimizer",
    "Steps lower the loss, at the learning rate that the core sets in every group.",
    cause="a learning rate of its own, gradients that are turned, or a step that does nothing",
    fix='Read `group["lr"]` in every step.',
)
def check_steps_lower_the_loss(subject: Any) -> None:
    """Take twenty steps on a line, and one at rate zero without decay."""
    layer, optimiser = subject.lesson()
    before = loss_of(layer).item()
    after = learn(layer, optimiser, STEPS)
    expect(after < before, f"a loss below {before:g}", f"{after:g}")
    held = layer.bias.detach().clone()
    set_rate(optimiser, 0.0)
    loss_of(layer).backward()
    optimiser.step()
    expect(torch.equal(layer.bias, held), "nothing changed at a learning rate of 0", "a change")


@promise(
    "optimizer",
    "Its state is tensors and numbers per parameter, and goes on after it was stored: runs resume exactly.",
    cause="state outside of `self.state`, such as an attribute that counts steps",
    fix="Keep everything in `self.state[parameter]`, as the optimisers of torch do.",
)
def check_state_survives(subject: Any) -> None:
    """Store and restore it half-way, and compare with a training that was not interrupted."""
    layer, optimiser = subject.lesson()
    learn(layer, optimiser, STEPS // 2)
    again, resumed = subject.lesson()
    again.load_state_dict(layer.state_dict())
    restore_state(resumed, {name: value.clone() for name, value in flat_state(optimiser).items()})
    learn(layer, optimiser, STEPS // 2)
    learn(again, resumed, STEPS // 2)
    expect(torch.equal(layer.weight, again.weight), "the same weights", "others")
