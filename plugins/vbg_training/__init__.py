"""Plugin `training`: optimisers, schedules of the learning rate, samplers, losses and calibrations."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from vbg_framework import Component, Config, hookimpl

Share = Annotated[float, Field(ge=0, lt=1)]


class AdamWConfig(Config):
    """Options of the optimiser `adamw` (Loshchilov and Hutter 2019)."""

    betas: tuple[Share, Share] = (0.9, 0.999)
    """How long the means of the gradient and of its square reach back."""
    eps: Annotated[float, Field(gt=0)] = 1e-8
    """Added to the denominator."""


class SgdConfig(Config):
    """Options of the optimiser `sgd`: stochastic gradient descent."""

    momentum: Share = 0.9
    """Share of the last change that is repeated."""
    nesterov: bool = False
    """Whether the gradient is taken after the momentum."""


class ScheduleConfig(Config):
    """No options."""


class CosineConfig(Config):
    """Options of the schedule `cosine`."""

    floor: Share = 0.0
    """Share of the peak learning rate at which it ends."""


class SamplerConfig(Config):
    """No options."""


class CalibrationConfig(Config):
    """No options."""


class CrossEntropyConfig(Config):
    """Options of the loss `cross_entropy`."""

    label_smoothing: Share = 0.0
    """Share of a label that is spread evenly over all classes."""


class FocalConfig(Config):
    """Options of the loss `focal`."""

    gamma: Annotated[float, Field(ge=0)] = 2.0
    """Focusing parameter; 0 is cross-entropy."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare optimisers, schedules, samplers, losses and calibrations."""
    return [
        Component("optimizer", "adamw", AdamWConfig, "vbg_training.optimizers:AdamW"),
        Component("optimizer", "sgd", SgdConfig, "vbg_training.optimizers:Sgd"),
        Component("schedule", "linear", ScheduleConfig, "vbg_training.schedules:Linear"),
        Component("schedule", "cosine", CosineConfig, "vbg_training.schedules:Cosine"),
        Component("schedule", "constant", ScheduleConfig, "vbg_training.schedules:Constant"),
        Component("sampler", "natural", SamplerConfig, "vbg_training.samplers:Natural"),
        Component("sampler", "balanced", SamplerConfig, "vbg_training.samplers:Balanced"),
        Component("loss", "cross_entropy", CrossEntropyConfig, "vbg_training.losses:CrossEntropy"),
        Component("loss", "focal", FocalConfig, "vbg_training.losses:Focal"),
        Component("calibration", "temperature", CalibrationConfig, "vbg_training.calibrations:Temperature"),
        Component("calibration", "isotonic", CalibrationConfig, "vbg_training.calibrations:Isotonic"),
    ]
