"""Plugin `classical`: the usual random changes of training pictures, the control that any generator has to beat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from vbg_framework import Component, Config, hookimpl


class ClassicalConfig(Config):
    """Which random changes the pictures of a training batch undergo. Nothing is mirrored unless `flip` says so."""

    policy: Literal["rand_augment", "trivial_augment", "none"] = "rand_augment"
    """rand_augment: Cubuk et al. 2020. trivial_augment: one change of any strength, Müller and Hutter 2021 (wide)."""
    operations: Annotated[int, Field(ge=1)] = 2
    """Changes per picture, of `rand_augment`."""
    magnitude: Annotated[int, Field(ge=0, le=30)] = 9
    """Strength of the changes, of `rand_augment`."""
    shrink: Annotated[float, Field(gt=0, le=1)] = 0.75
    """Smallest size of the whole picture within its frame, where it is put at random; 1 = off."""
    jitter: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Brightness, contrast and saturation change by up to this share."""
    flip: bool = False
    """Mirror half of the pictures, left to right; inscriptions become unreadable."""
    mixup: Annotated[float, Field(ge=0)] = 0.0
    """Alpha of the Beta distribution by which pictures and their labels are blended (Zhang et al. 2018); 0 = off."""
    cutmix: Annotated[float, Field(ge=0)] = 0.0
    """The same for a rectangle taken from another picture (Yun et al. 2019). With both, each batch gets one of them."""


@hookimpl
def vbg_components() -> Iterable[Component]:
    """Offer the augmenter `classical`."""
    tiny = {"jitter": 0.2, "flip": True}
    return [Component("augmenter", "classical", ClassicalConfig, "vbg_classical.augmenter:Classical", tiny=tiny)]
