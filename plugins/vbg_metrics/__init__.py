"""Plugin `metrics`: the metrics of every run and study."""

from __future__ import annotations

from vbg_framework import Component, Config, hookimpl

PLACES = {
    "averages": (
        *("balanced_accuracy", "macro_f1", "weighted_f1", "macro_recall", "macro_precision", "map", "roc_auc"),
    ),
    "counts": ("accuracy", "micro_f1"),
    "surprise": ("ece", "brier", "log_loss"),
}
"""Module -> the metrics it holds."""


class MetricConfig(Config):
    """No options."""


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the metrics."""
    return [
        Component("metric", name, MetricConfig, f"vbg_metrics.{module}:{name.title().replace('_', '')}")
        for module, names in PLACES.items()
        for name in names
    ]
