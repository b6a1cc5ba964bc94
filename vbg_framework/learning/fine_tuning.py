"""Fine-tuning that begins with a probe: what comes first, and what options ask of a model."""

from __future__ import annotations

from dataclasses import replace

from vbg_framework.base.errors import VBGError
from vbg_framework.config.registry import Resolved
from vbg_framework.config.train_config import TrainConfig
from vbg_framework.learning.features.estimator_head import EstimatorHead
from vbg_framework.learning.model import Model
from vbg_framework.learning.training import Training


def probe_steps(setup: TrainConfig) -> int:
    """Optimiser steps of the probe: a share of all, of which at least one is left on either side."""
    return min(setup.steps - 1, max(1, round(setup.probe * setup.steps))) if setup.probe else 0


def probing(training: Training, steps: int) -> Training:
    """The training of the probe, from that of a model at rest (LP-FT, Kumar et al. 2022, arXiv 2202.10054).

    A head with random weights pulls pre-trained encoders towards itself. Where the head fits them beforehand, they
    change less and keep more of what they know. All that has random weights belongs to the head here, fusion included.
    `patience` counts after the probe.

    Args:
        training: of the whole budget, with what encoders at rest say.
        steps: of the probe.
    """
    setup = training.setup.model_copy(update={"steps": steps, "patience": None, "average": 0.0})
    return replace(training, setup=setup, begin=0, probing=True, name=f"{training.name}: probe")


def check_fine_tuning(model: Model, resolved: Resolved) -> None:
    """Options of fine-tuning have something to tune.

    Raises:
        VBGError: the head is fitted, no encoder learns, or none that learns names its layers.
    """
    setup = resolved.experiment.train
    asked = {"probe": setup.probe > 0, "layer_decay": setup.layer_decay < 1, "average": setup.average > 0}
    learning = [each for each in model.encoders.values() if any(p.requires_grad for p in each.parameters())]
    for name in (name for name, given in asked.items() if given):
        if isinstance(model.classifier, EstimatorHead):
            what = "the head is fitted, and nothing is trained in steps"
        elif name == "probe" and not learning:
            what = "every encoder is frozen, so there is nothing to fine-tune after a probe"
        elif name == "layer_decay" and not any(each.parameter_layers() for each in learning):
            what = "no encoder that learns names its layers (`Encoder.parameter_layers`)"
        else:
            continue
        fix = "Leave it out, or choose other encoders or another classifier."
        raise VBGError(f"experiments.{resolved.name}.train.{name}", f"{what}, got {getattr(setup, name):g}", fix)
