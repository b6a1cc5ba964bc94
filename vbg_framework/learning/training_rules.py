"""The components that say how a training goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vbg_framework.config.registry import Resolved
from vbg_framework.contracts.metric import Metric
from vbg_framework.contracts.optimizer import Optimizer
from vbg_framework.contracts.schedule import Schedule
from vbg_framework.learning.evaluation.metrics import open_metrics, selecting


@dataclass(frozen=True)
class Rules:
    """The components that say how a training goes.

    Args:
        metrics: name -> metric, of those that are measured.
        selects: the name of the one that selects the best step.
        optimizer: by what rule gradients change weights.
        schedule: of the learning rate.
    """

    metrics: Mapping[str, Metric]
    selects: str
    optimizer: Optimizer
    schedule: Schedule

    @classmethod
    def of(cls, resolved: Resolved) -> Rules:
        """Those that an experiment chooses."""
        made = {key: resolved.parts[f"train.{key}"] for key in ("optimizer", "schedule")}
        chosen = {key: part.component.load()(part.config) for key, part in made.items()}
        return cls(open_metrics(resolved), selecting(resolved), **chosen)
