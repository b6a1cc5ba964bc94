"""The end of a run in a few lines. Light."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vbg_framework.base.run_folder import RunFolder

SHOWN = ("accuracy", "macro_f1", "balanced_accuracy", "map", "roc_auc")


def summary(run: RunFolder) -> str:
    """Test metrics per task, training time and where the report lies."""
    metrics = run.metrics()
    width = max(map(len, metrics["test"]))
    lines = [f"Test   {'task':<{width}}  {'n':>6}  " + "  ".join(f"{name:>17}" for name in SHOWN)]
    for task, scores in metrics["test"].items():
        numbers = "  ".join(f"{_number(scores.get(name)):>17}" for name in SHOWN)
        lines.append(f"       {task:<{width}}  {scores['n']:>6}  {numbers}")
    lines += [*_sets(metrics), *_notes(metrics)]
    lines.append(f"Took   {_took(metrics)}.")
    lines.append(f"Report {run.path / 'report.html'}")
    return "\n".join(lines)


def _took(metrics: Mapping[str, Any]) -> str:
    if "evaluation_seconds" in metrics:  # of `vbg evaluate`
        return f"{metrics['evaluation_seconds']:.0f} s of evaluation"
    steps = f"training, {metrics['steps']} steps, best model at step {metrics['best_step']}"
    return f"{metrics['training_seconds']:.0f} s of {steps if metrics['steps'] else 'fitting'}"


def _sets(metrics: Mapping[str, Any]) -> Iterator[str]:
    """How prediction sets do; nothing for runs of versions without them."""
    for task, result in metrics.get("confidence", {}).items():
        if result.get("coverage") is not None:
            yield (
                f"Sets   {task}: mean set size {result['set_size']:.1f} classes, "
                f"coverage {result['coverage']:.0%} of the test records."
            )


def _notes(metrics: Mapping[str, Any]) -> Iterator[str]:
    """Which tasks have no temperature although one was asked for, and why."""
    for task, result in metrics.get("confidence", {}).items():
        if result.get("note"):
            yield f"Note   {task}: {result['note']}."


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
