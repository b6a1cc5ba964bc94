"""Painting new pictures, a batch at a time, each from a seed of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image

from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.adapters import choose_adapter
from vbg_diffusion_lora.family import Family
from vbg_diffusion_lora.planning import Plan
from vbg_diffusion_lora.shots import Shot
from vbg_framework import VBGError
from vbg_framework.toolkit import derive


class Made(NamedTuple):
    """A new picture, and the strength of image-to-image; None if it began with noise."""

    picture: Image.Image
    strength: float | None


@dataclass
class Drawing:
    """Paints plans.

    Args:
        family: the base with its adapters.
        config: the options.
        picture: the training picture of a shot, as a square.
    """

    family: Family
    config: DiffusionLoraConfig
    picture: Callable[[Shot], Image.Image]

    def paint(self, plans: Sequence[Plan], seed: int) -> list[Made]:
        """One picture per plan, in order.

        Raises:
            VBGError: the memory does not suffice.
        """
        made: dict[int, Made] = {}
        for turn, places in enumerate(self._batches(plans)):
            result = self._one([plans[index] for index in places], derive(seed, "batch", turn))
            made |= dict(zip(places, result, strict=True))
        return [made[index] for index in range(len(plans))]

    def _batches(self, plans: Sequence[Plan]) -> Iterator[list[int]]:
        """Positions of plans that can be painted together."""
        groups: dict[tuple[str, bool, float | None], list[int]] = {}
        for index, plan in enumerate(plans):
            groups.setdefault((plan.adapter or "", plan.begin is not None, plan.strength), []).append(index)
        size = self.config.sampling.batch_size
        for places in groups.values():
            yield from (places[start : start + size] for start in range(0, len(places), size))

    def _one(self, plans: Sequence[Plan], seed: int) -> list[Made]:
        if plans[0].adapter is not None:
            choose_adapter(self.family, plans[0].adapter)
        captions = [plan.caption.text for plan in plans]
        draws = [torch.Generator().manual_seed(plan.seed) for plan in plans]
        try:
            begun = [self.picture(plan.begin) for plan in plans if plan.begin]
            if not begun:
                return [Made(picture, None) for picture in self.family.paint(captions, draws).pictures]
            strength = plans[0].strength or float(np.random.default_rng(seed).uniform(*self.config.sampling.strength))
            painted = self.family.repaint(begun, captions, strength, draws)
            return [Made(picture, strength) for picture in painted.pictures]
        except torch.OutOfMemoryError as error:
            fix = "Lower sampling.batch_size or resolution."
            raise VBGError("diffusion_lora: sampling", "the device's memory does not suffice", fix) from error
