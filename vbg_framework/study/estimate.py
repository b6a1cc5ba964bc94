"""What a study will cost, from a few timed steps of every arm."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vbg_framework.environment import environment
from vbg_framework.execute import execute
from vbg_framework.options import merge
from vbg_framework.plugins import Plugins
from vbg_framework.registry import Resolved, resolve
from vbg_framework.run_folder import RunFolder
from vbg_framework.screen import Screen
from vbg_framework.study.make import resolve_trial
from vbg_framework.study.plan import Arm, Plan, Trial

STEPS = 8


@dataclass(frozen=True)
class Cost:
    """Expected seconds of one run.

    Args:
        arm: name of the arm.
        fit: of fitting the augmenter. One with an option `steps` is timed over a few, another one is fitted completely.
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
            rounds = resolved_rounds(plan.arm(origin.arm))
            timed[arm.name] = Cost(arm.name, 0.0, origin.train / rounds)
        yield timed[arm.name]


def resolved_rounds(arm: Arm) -> int:
    """How many classifiers a run of an arm trains."""
    return arm.options["loop"]["rounds"] if arm.options.get("augmenter") else 1


def _timed(arm: Arm, resolved: Resolved, plugins: Plugins, screen: Screen) -> Cost:
    options = resolved.options()
    full, short = options["train"]["steps"], min(STEPS, options["train"]["steps"])
    cut: dict = {
        "train": {"steps": short, "epochs": None, "evaluate_every": short},
        "loop": {"rounds": 1, "quality": False, "quota": {}},
    }
    fit_steps = (options["augmenter"] or {}).get("steps")
    if fit_steps:
        cut["augmenter"] = {"type": options["augmenter"]["type"], "steps": min(STEPS, fit_steps)}
    part = resolve(arm.name, merge(options, cut), plugins, arm.name)
    screen.say(f"Timing {short} steps of {arm.name} ...")
    with tempfile.TemporaryDirectory() as folder:
        run = RunFolder.begin(Path(folder) / arm.name, arm.name, part.options(), environment(plugins))
        metrics = execute(run, plugins, Screen()).read_json("metrics.json")
        steps = [line for line in run.lines() if line["kind"] == "train"]
    train = metrics["training_seconds"]  # all there is of a head that is fitted
    if steps:
        rate = resolved.experiment.train.batch_size / steps[-1]["items_per_second"]
        evaluations = full / (options["train"]["evaluate_every"] or full / 20)
        train = full * rate + evaluations * max(0.0, train - short * rate)
    train *= resolved_rounds(arm)
    if options["augmenter"] is None:
        return Cost(arm.name, 0.0, train)
    seconds = metrics.get("generated", {}).get("fit_seconds", 0.0)
    return Cost(arm.name, seconds * fit_steps / min(STEPS, fit_steps) if fit_steps else seconds, train)
