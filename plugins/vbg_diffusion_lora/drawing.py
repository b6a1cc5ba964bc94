"""Planning and painting new pictures, a batch at a time, each from a seed of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from vbg_diffusion_lora import DiffusionLoraConfig
from vbg_diffusion_lora.adapters import choose_adapter
from vbg_diffusion_lora.captions import Caption
from vbg_diffusion_lora.family import Family, Painted
from vbg_diffusion_lora.shots import Shot
from vbg_framework import VBGError
from vbg_framework.toolkit import derive


@dataclass(frozen=True)
class Plan:
    """One picture to be made.

    Args:
        shot: the training picture that lends its attributes, and, `repainted`, itself.
        caption: what is asked for.
        repainted: whether to begin with that picture.
        adapter: which adapter acts; None = the base alone.
        seed: of its noise.
    """

    shot: Shot
    caption: Caption
    repainted: bool
    adapter: str | None
    seed: int


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

    def paint(self, plans: Sequence[Plan], seed: int) -> list[Image.Image]:
        """One picture per plan, in order.

        Raises:
            VBGError: the memory does not suffice.
        """
        made: dict[int, Image.Image] = {}
        for turn, places in enumerate(self._batches(plans)):
            result = self._one([plans[index] for index in places], derive(seed, "batch", turn))
            made |= dict(zip(places, result.pictures, strict=True))
        return [made[index] for index in range(len(plans))]

    def _batches(self, plans: Sequence[Plan]) -> Iterator[list[int]]:
        """Positions of plans that can be painted together."""
        groups: dict[tuple[str, bool], list[int]] = {}
        for index, plan in enumerate(plans):
            groups.setdefault((plan.adapter or "", plan.repainted), []).append(index)
        size = self.config.sampling.batch_size
        for places in groups.values():
            yield from (places[start : start + size] for start in range(0, len(places), size))

    def _one(self, plans: Sequence[Plan], seed: int) -> Painted:
        if plans[0].adapter is not None:
            choose_adapter(self.family, plans[0].adapter)
        captions = [plan.caption.text for plan in plans]
        draws = [torch.Generator().manual_seed(plan.seed) for plan in plans]
        try:
            if not plans[0].repainted:
                return self.family.paint(captions, draws)
            strength = float(np.random.default_rng(seed).uniform(*self.config.sampling.strength))
            return self.family.repaint([self.picture(plan.shot) for plan in plans], captions, strength, draws)
        except torch.OutOfMemoryError as error:
            fix = "Lower sampling.batch_size or resolution."
            raise VBGError("diffusion_lora: sampling", "the device's memory does not suffice", fix) from error
