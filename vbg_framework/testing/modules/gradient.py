"""Whether what autograd says of a torch module is its slope."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from vbg_framework.base.seeds import isolated, seed_everything
from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.modules.module import doubled
from vbg_framework.testing.modules.module_subject import ModuleSubject

STEPS = (1e-5, 1e-3, 1e-2)
"""Step widths; the one that agrees best counts, because parts of a module may compute in single precision."""
CLOSE = 0.02
"""Difference of slopes, as a share of the larger one."""
NOISE = 1e-4
"""Differences below this share of the largest slope are rounding."""
NUDGE = 0.01
MOST = 32
"""Groups of tensors that are tried one by one; larger modules have several tensors in a group."""

Variables = dict[str, Tensor]


@promise(
    "module",
    "The gradient is the slope: of every parameter, and of what the modules before it hand over.",
    cause="`detach()`, `torch.no_grad()`, `.data` or a trip through NumPy in `forward`, or a `backward` of its own",
    fix="Take the detour out; where it is wanted (a gradient that is stopped on purpose), announce the failure.",
)
def check_gradient_is_the_slope(subject: ModuleSubject) -> str:
    """Compare autograd with differences along two directions, in evaluation mode and double precision."""
    module = _double(subject)
    given = doubled(subject.inputs())
    variables: Variables = {name: tensor for name, tensor in module.named_parameters() if tensor.requires_grad}
    variables |= subject.movable(given)
    if not variables:
        raise NotApplicable("nothing is trainable")
    with isolated():
        seed_everything(0)
        result = _Slopes(subject, module, given, variables)
        wrong = list(result.wrong())
    expect(not wrong, "autograd to say what differences say", "; ".join(wrong[:3]))
    return f"{len(variables)} tensors"


def _double(subject: ModuleSubject) -> nn.Module:
    module = subject.lived().eval().double()
    with torch.no_grad(), isolated():
        seed_everything(0)
        for name, parameter in module.named_parameters():  # many begin at a kink: a scale of zero before a ReLU
            parameter.add_(_drawn(name, parameter, _paddings(module)), alpha=NUDGE)
    return module


def _paddings(module: nn.Module) -> dict[str, int]:
    """Weights of embeddings -> the row that stands for padding, which is to stay as it is."""
    parts = ((name, part) for name, part in module.named_modules() if isinstance(part, nn.Embedding))
    return {f"{name}.weight".lstrip("."): part.padding_idx for name, part in parts if part.padding_idx is not None}


def _drawn(name: str, tensor: Tensor, paddings: dict[str, int]) -> Tensor:
    """A direction at random."""
    direction = torch.randn(tensor.shape).to(tensor)
    if name in paddings:
        direction[paddings[name]] = 0
    return direction


class _Slopes:
    """Slopes of the objective, by autograd and by differences."""

    def __init__(self, subject: ModuleSubject, module: nn.Module, given: Any, variables: Variables) -> None:
        self.subject, self.module, self.given, self.variables = subject, module, given, variables
        self.paddings = _paddings(module)
        value = self.value()
        tensors = list(variables.values())
        slopes = (
            torch.autograd.grad(value, tensors, allow_unused=True) if value.requires_grad else [None] * len(tensors)
        )
        self.slopes = {
            name: torch.zeros_like(tensor) if slope is None else slope
            for (name, tensor), slope in zip(variables.items(), slopes, strict=True)
        }
        self.largest = max(float(slope.norm()) for slope in self.slopes.values())

    def value(self) -> Tensor:
        """The objective where everything stands now."""
        return self.subject.objective_of(self.module, self.given)

    def wrong(self) -> Iterator[str]:
        """Groups of tensors whose slopes differ, in words."""
        names = list(self.variables)
        size = -(-len(names) // MOST)
        for group in (names[start : start + size] for start in range(0, len(names), size)):
            for direction in self.directions(group):
                said, gap, measured = self.compare(direction)
                if gap > CLOSE * max(abs(said), abs(measured)) + NOISE * self.largest:
                    yield f"{', '.join(group[:2])}: autograd {said:.4g}, differences {measured:.4g}"
                    break

    def directions(self, group: list[str]) -> Iterator[Variables]:
        """Uphill as autograd sees it, and at random; each of length 1."""
        drawn = {name: _drawn(name, self.variables[name].detach(), self.paddings) for name in group}
        for steps in ({name: self.slopes[name] for name in group}, drawn):
            length = torch.stack([step.norm() for step in steps.values()]).norm()
            if length > 0:
                yield {name: step / length for name, step in steps.items()}

    def compare(self, direction: Variables) -> tuple[float, float, float]:
        """(slope by autograd, its difference from the nearest measured one, that one)."""
        said = float(torch.stack([(self.slopes[name] * step).sum() for name, step in direction.items()]).sum())
        measured = [self.measured(direction, width) for width in STEPS]
        best = min(measured, key=lambda slope: abs(slope - said))
        return said, abs(best - said), best

    @torch.no_grad()
    def measured(self, direction: Variables, width: float) -> float:
        """The slope by differences."""
        values = []
        for step in (width, -width):
            self.move(direction, step)
            values.append(float(self.value()))
            self.move(direction, -step)
        return (values[0] - values[1]) / (2 * width)

    def move(self, direction: Variables, step: float) -> None:
        """Go so far."""
        for name, way in direction.items():
            self.variables[name].data.add_(way, alpha=step)
