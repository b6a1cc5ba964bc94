"""The cost estimate of a study, from a few timed steps of every arm."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.environment import environment
from vbg_framework.config.options import merge
from vbg_framework.config.plugin_versions import recalled
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import Resolved, resolve
from vbg_framework.runs.execute import execute
from vbg_framework.screen import Screen
from vbg_framework.study.make import resolve_trial
from vbg_framework.study.plan import Arm, Plan, Trial

STEPS = 8


@dataclass(frozen=True)
class Cost:
    """Expected seconds of one run.

    Args:
        arm: name of the arm.
        fit: of fitting the augmenter. One that has numbers of steps among its options is timed over few and over twice
            as many of each; another one is fitted completely.
        train: of training and evaluating the classifiers of all rounds.
    """

    arm: str
    fit: float
    train: float


def estimate(plan: Plan, plugins: Plugins, screen: Screen) -> Iterator[Cost]:
    """Time a few steps of every arm on the data of the first replicate, and count up to its budget.

    A `duplicate` control costs what its arm costs, less the fitting and all rounds but one.
    """
    timed: dict[str, Cost] = {}
    for arm in plan.arms:
        resolved = resolve_trial(plan, Trial(arm.name, plan.replicates[0].number), plugins, {})
        origin = timed.get(arm.copies_of or "")
        if origin is None:
            timed[arm.name] = _timed(arm, resolved, plugins, screen)
        else:
            times = trainings(plan.arm(origin.arm))
            timed[arm.name] = Cost(arm.name, 0.0, origin.train / times)
        yield timed[arm.name]


def trainings(arm: Arm) -> int:
    """How many classifiers a run of an arm trains."""
    if not arm.options.get("augmenter"):
        return 1
    return arm.options["loop"]["rounds"] - 1 + len(arm.options["mix"].get("amounts") or [1])


def _timed(arm: Arm, resolved: Resolved, plugins: Plugins, screen: Screen) -> Cost:
    options = resolved.options()
    full, short = options["train"]["steps"], min(STEPS, options["train"]["steps"])
    screen.say(f"Timing {short} steps of {arm.name} ...")
    metrics, rate = _tried(arm, options, STEPS, plugins)
    train = metrics["training_seconds"]  # all there is of a head that is fitted
    if rate is not None:
        each = resolved.experiment.train.batch_size / rate
        evaluations = full / (options["train"]["evaluate_every"] or full / 20)
        train = full * each + evaluations * max(0.0, train - short * each)
    train *= trainings(arm)
    fit = metrics.get("generated", {}).get("fit_seconds", 0.0)
    given = options["augmenter"] or {}
    more = _steps(_few(given, 2 * STEPS)) - _steps(_few(given, STEPS))
    if more:  # what does not depend on the steps falls out of the difference
        longer = _tried(arm, options, 2 * STEPS, plugins)[0].get("generated", {}).get("fit_seconds", 0.0)
        fit += max(0.0, longer - fit) / more * (_steps(given) - _steps(_few(given, STEPS)))
    return Cost(arm.name, fit, train)


def _tried(arm: Arm, options: Mapping[str, Any], fit_steps: int, plugins: Plugins) -> tuple[Any, float | None]:
    """The metrics of a short run of an arm that generates nothing, and its records per second in training."""
    short = min(STEPS, options["train"]["steps"])
    cut: dict[str, Any] = {
        "train": {"steps": short, "epochs": None, "evaluate_every": short},
        "loop": {"rounds": 1, "quality": False, "quota": {}},
        "mix": {"amounts": None},
    }
    if options["augmenter"]:
        cut["augmenter"] = _few(options["augmenter"], fit_steps)
    part = resolve(arm.name, merge(options, cut), recalled(plugins, arm.plugins, options), arm.name)
    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder.begin(Path(folder) / arm.name, arm.name, part.options(), environment(plugins))
        metrics = execute(run, plugins, Screen()).read_json("metrics.json")
        rates = [line["items_per_second"] for line in run.lines() if line["kind"] == "train"]
    return metrics, rates[-1] if rates else None


def _few(options: Mapping[str, Any], most: int) -> dict[str, Any]:
    """The options of an augmenter with no number of steps above `most`."""
    return {
        key: _few(value, most) if isinstance(value, Mapping) else min(most, value) if _counts(key, value) else value
        for key, value in options.items()
    }


def _steps(options: Mapping[str, Any]) -> int:
    """All numbers of steps in the options of an augmenter together."""
    return sum(
        _steps(value) if isinstance(value, Mapping) else value
        for key, value in options.items()
        if isinstance(value, Mapping) or _counts(key, value)
    )


def _counts(key: str, value: Any) -> bool:
    return (key == "steps" or key.endswith("_steps")) and isinstance(value, int)
