"""The end of a run in a few lines. Light."""

from __future__ import annotations

from vbg_framework.run_folder import RunFolder

SHOWN = ("accuracy", "macro_f1", "balanced_accuracy", "map", "roc_auc")


def summary(run: RunFolder) -> str:
    """Test metrics per task, training time and where the report lies."""
    metrics = run.read_json("metrics.json")
    width = max(map(len, metrics["test"]))
    lines = [f"Test   {'task':<{width}}  {'n':>6}  " + "  ".join(f"{name:>17}" for name in SHOWN)]
    for task, scores in metrics["test"].items():
        numbers = "  ".join(f"{_number(scores.get(name)):>17}" for name in SHOWN)
        lines.append(f"       {task:<{width}}  {scores['n']:>6}  {numbers}")
    steps = f"{metrics['steps']} steps, best model at step {metrics['best_step']}"
    lines.append(f"Took   {metrics['training_seconds']:.0f} s of training, {steps}.")
    lines.append(f"Report {run.path / 'report.html'}")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
