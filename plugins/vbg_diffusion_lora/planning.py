"""Planning new pictures: what each is called, which picture it begins with, and what its label is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vbg_diffusion_lora import SamplingConfig
from vbg_diffusion_lora.captions import Caption, Captions
from vbg_diffusion_lora.shots import Shot
from vbg_framework import Request
from vbg_framework.toolkit import derive


@dataclass(frozen=True)
class Plan:
    """One picture to be made.

    Args:
        shot: the training picture that lends its class and attributes.
        caption: what is asked for.
        adapter: which adapter acts; None = the base alone.
        seed: of its noise.
        begin: the picture it begins with; None = noise.
        strength: of image-to-image; None = drawn from the range, once for a batch.
    """

    shot: Shot
    caption: Caption
    adapter: str | None
    seed: int
    begin: Shot | None = None
    strength: float | None = None


@dataclass
class Planner:
    """Plans pictures of attributes that were seen together.

    Args:
        config: how pictures are made.
        captions: what they are called.
        shots: the training pictures.
        adapter: class -> adapter; None = the base alone.
    """

    config: SamplingConfig
    captions: Captions
    shots: Sequence[Shot]
    adapter: Callable[[str], str | None]

    def __post_init__(self) -> None:
        self._known: dict[str, list[Shot]] = {}
        for shot in self.shots:
            self._known.setdefault(shot.facts.name, []).append(shot)

    def plan(self, request: Request, seed: int) -> Plan | None:
        """What is painted for a request: a caption for attributes seen with the class; None if there are none."""
        wish = {name: value for name, value in request.items() if name != self.captions.task}
        shots = self._known.get(request.get(self.captions.task, ""), [])
        fitting = [shot for shot in shots if wish.items() <= dict(shot.facts.attributes).items()]
        if not fitting:
            return None
        draws = np.random.default_rng(seed)
        shot = fitting[draws.integers(len(fitting))]
        caption = self.captions.caption(shot.facts, draws)
        repainted = bool(draws.random() < self.config.from_pictures)
        begin = self._begin(shot, draws) if repainted else None
        strengths = self.config.strengths if repainted else None
        strength = strengths[draws.integers(len(strengths))] if strengths else None
        return Plan(shot, caption, self.adapter(shot.facts.name), derive(seed, "noise"), begin, strength)

    def soft(self, plan: Plan, strength: float | None) -> Mapping[str, Mapping[str, float]]:
        """The label of a picture that was translated between classes (Wang et al. 2024); empty for all others."""
        if plan.begin is None or strength is None or plan.begin.facts.name == plan.shot.facts.name:
            return {}
        share = strength**self.config.label_power
        return {self.captions.task: {plan.shot.facts.name: share, plan.begin.facts.name: 1 - share}}

    def _begin(self, shot: Shot, draws: np.random.Generator) -> Shot:
        """The picture itself, or one of any other class."""
        if not self.config.from_other_classes or draws.random() >= self.config.from_other_classes:
            return shot
        others = [other for other in self.shots if other.facts.name != shot.facts.name]
        return others[draws.integers(len(others))] if others else shot
