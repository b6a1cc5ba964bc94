"""A torch module under examination."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_model, save_model
from torch import Tensor, nn

from vbg_framework.base.seeds import isolated, seed_everything
from vbg_framework.testing.subject import Subject

WEIGHTS = "model.safetensors"


SAME = 1e-6
"""Largest difference of two numbers that are to be the same."""


class ModuleSubject(Subject, ABC):
    """A component that is a torch module, with something to put in."""

    @cached_property
    def module(self) -> nn.Module:
        """An instance in evaluation mode. Never changed by a check."""
        return self.build().eval()

    @abstractmethod
    def inputs(self, device: str = "cpu") -> Any:
        """One batch of what `forward` reads, the same at every call."""

    @abstractmethod
    def outputs(self, module: nn.Module, inputs: Any) -> dict[str, Tensor]:
        """What `forward` returns, by name; what stands in masked tokens is set to zero."""

    def other_inputs(self) -> Any:
        """Another batch."""
        return self.inputs()

    def acts(self) -> dict[str, Callable[[], Any]]:
        """The steps of its life, by name."""
        return {"training": lambda: self.objective(self.build().train())}

    def says(self, module: nn.Module) -> dict[str, Any]:
        """What `forward` returns in evaluation mode, as numbers."""
        with torch.no_grad():
            result = self.outputs(module.eval(), self.inputs())
        return {name: value.double().tolist() for name, value in sorted(result.items())}

    def lived(self) -> nn.Module:
        """An instance after all that a run does with it, a pass in training mode included."""
        module: nn.Module = self.build(seed=1)
        gradients(self, module)
        module.zero_grad()
        return module

    def keep(self, folder: Path) -> Any:
        """Its weights as safetensors."""
        module = self.lived()
        save_model(module, str(folder / WEIGHTS))
        return self.says(module)

    def recall(self, folder: Path) -> Any:
        """Load them into one with other weights."""
        module = self.build(seed=2)
        load_model(module, str(folder / WEIGHTS))
        return self.says(module)

    def anew(self) -> Any:
        """Build it."""
        return self.says(self.lived())

    def objective(self, module: nn.Module) -> Tensor:
        """A scalar that everything in `forward` contributes to, for the usual inputs."""
        return self.objective_of(module, self.inputs())

    def objective_of(self, module: nn.Module, inputs: Any) -> Tensor:
        """The same for any inputs."""
        outputs = self.outputs(module, inputs)
        return torch.stack([weighted(value) for value in outputs.values()]).sum()

    def movable(self, inputs: Any) -> dict[str, Tensor]:
        """The inputs that a gradient goes back through, by name, made to ask for it."""
        return {}


def gradients(subject: ModuleSubject, module: nn.Module) -> dict[str, Tensor | None]:
    """Name of every trainable parameter -> its gradient after one backward pass in training mode, under a seed."""
    trainable = {name: parameter for name, parameter in module.named_parameters() if parameter.requires_grad}
    if trainable:
        with isolated():
            seed_everything(0)
            subject.objective(module.train()).backward()
    return {name: parameter.grad for name, parameter in trainable.items()}


def weighted(value: Tensor) -> Tensor:
    """A sum with weights of its own for every number: a plain sum of what LayerNorm returns has no gradient."""
    weights = torch.rand(value.shape, generator=torch.Generator().manual_seed(0)).to(value.device)
    exact = value if value.dtype == torch.float64 else value.float()
    return (exact * (weights + 0.5)).mean()
