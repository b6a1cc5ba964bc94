"""The validation of a model while it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.checkpoint import Progress
from vbg_framework.learning.evaluation.metrics import evaluate, mean_over_tasks
from vbg_framework.learning.inference import Answers, answer
from vbg_framework.learning.training import Training


def validate(model: Any, progress: Progress, training: Training, bar: Any, result: Answers | None = None) -> bool:
    """Evaluate on the validation split; True if the model is the best so far.

    Args:
        result: answers that are measured instead of those for the validation split.
    """
    setup = training.setup
    found = result or answer(
        model, training.validation, training.plain,
        batch_size=training.micro, accelerator=training.accelerator, workers=setup.workers,
    )  # fmt: skip
    rules, name = training.rules, training.rules.selects
    scores = evaluate(training.plain.tasks, found.probabilities, found.targets, rules.metrics)
    value = mean_over_tasks(scores, name)
    if value is None:
        what = f"{name} cannot be computed, because the validation split holds too few classes"
        raise VBGError(f"{training.run.name}: train.metric", what, "Use macro_f1, or enlarge the validation split.")
    sign = 1 if rules.metrics[name].higher_is_better else -1
    better = progress.best is None or sign * (value - progress.best) > 0
    if better:
        progress.best, progress.best_step, progress.stale = value, progress.step, 0
        training.validated = found if result is None else None
    else:
        progress.stale += 1
    line = _validation_line(scores, progress.step, name)
    training.log(line)
    training.notify("vbg_epoch_finished", run=training.run, step=progress.step, metrics=line)
    bar.show(**{name: value})
    return better


def _validation_line(scores: Mapping[str, Any], step: int, metric: str) -> dict[str, Any]:
    means = {name: mean_over_tasks(scores, name) for name in dict.fromkeys((metric, "accuracy", "macro_f1"))}
    plain = {t: {k: v for k, v in s.items() if isinstance(v, int | float)} for t, s in scores.items()}
    return {"kind": "validation", "step": step, "loss": mean_over_tasks(scores, "log_loss"), **means, "tasks": plain}
