"""A fusion under examination."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.interfaces import Fusion
from vbg_framework.testing.modules.features import Batch, Dims, each, features
from vbg_framework.testing.modules.module_subject import ModuleSubject
from vbg_framework.testing.processes.network import refused

DIM = 16


PAIRS = (("image", "text"), ("image", "text", "metadata"), ("image",))


class FusionSubject(ModuleSubject):
    """A fusion with features of the modalities that it joins."""

    def joining(self, dims: Dims) -> Fusion:
        """An instance for encoders of these sizes."""
        fusion: Fusion = self.kind(self.config, dims=dims)
        return fusion

    @cached_property
    def dims(self) -> dict[str, int]:
        """Image and text; if it refuses those, the first others that it takes."""
        for names in PAIRS[:-1]:
            try:
                with refused(self.contacts):
                    self.joining(dict.fromkeys(names, DIM))
            except VBGError:
                continue
            return dict.fromkeys(names, DIM)
        return dict.fromkeys(PAIRS[-1], DIM)

    def get_ready(self) -> None:
        """Find out what it joins."""
        _ = self.dims

    def construct(self) -> Fusion:
        """For encoders of one size."""
        return self.joining(self.dims)

    @cached_property
    def fusion(self) -> Fusion:
        """`module` under its own type."""
        assert isinstance(self.module, Fusion)
        return self.module

    def inputs(self, device: str = "cpu") -> Batch:
        """Every row has every modality."""
        return {name: each(result, lambda tensor: tensor.to(device)) for name, result in features(self.dims).items()}

    def outputs(self, module: nn.Module, inputs: Any) -> dict[str, Tensor]:
        """The joined vectors."""
        return {"joined": module(inputs)}

    def movable(self, inputs: Any) -> dict[str, Tensor]:
        """Tokens and pooled of every modality."""
        moved = {
            f"{name} {part}": getattr(result, part) for name, result in inputs.items() for part in ("tokens", "pooled")
        }
        return {name: tensor.requires_grad_() for name, tensor in moved.items()}

    def join(self, batch: Batch) -> Tensor:
        """(B, dim), in evaluation mode."""
        with torch.no_grad():
            joined: Tensor = self.fusion(batch)
        return joined
