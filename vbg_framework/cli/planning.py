"""The plan of a study on the screen: what will be done, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.goal import Goal, say_power
from vbg_framework.cli.print_table import print_table
from vbg_framework.config.slots import named

if TYPE_CHECKING:
    from vbg_framework.config.plugins import Plugins
    from vbg_framework.screen import Screen
    from vbg_framework.study.plan import Plan


def show(plan: Plan) -> None:
    """Print what will be done."""
    runs = sum(1 for _ in plan.trials())
    budget = "equal passes over the records" if plan.epochs else "equal optimiser steps"
    print(f"Plan   {plan.study}: {len(plan.arms)} arms x {len(plan.replicates)} replicates = {runs} runs; {budget}.")
    if plan.epochs:
        print(
            f"WARNING The budget is {plan.epochs} epochs: arms with more records train longer; copies alone then seem"
        )
        print("        to help. Leave `epochs` out to compare at equal steps.")
    rows = [(f"  {arm.name}", arm.kind, _about(arm.options), arm.copies_of or "-") for arm in plan.arms]
    print_table(("  arm", "kind", "augmenter, mix", "copies of"), rows)
    split = "a split of its own" if plan.split == "resplit" else "the same split"
    metrics, tasks = ", ".join(plan.metrics), ", ".join(plan.tasks)
    print(f"Decides {metrics} of {tasks} on test, alpha {plan.alpha:g}, margin {plan.margin:g}.")
    print(f"Splits  each replicate has {split}.")
    if plan.tuned:
        print(f"Tuned  {_tuning(plan)}")
    print("Shared  prepared data, splits, features of frozen encoders, fitted augmenters (by content hash).")
    if plan.later:
        print(f"Added  {plan.later}, after results were seen: exploratory.")
    print(f"Hash   {plan.hash[:16]}", flush=True)


def _tuning(plan: Plan) -> str:
    trials, metric = next((arm.tune["trials"], arm.tune["metric"]) for arm in plan.arms if arm.tune)
    more = sum(plan.tries(arm.name) for arm in plan.arms)
    return f"{trials} trials per arm and division of the data, by {metric} on validation: {more} fits besides the runs."


def _about(options: Mapping[str, Any]) -> str:
    augmenter, mix = options.get("augmenter"), options["mix"]
    size = next((f" {key} {mix[key]:g}" for key in ("share", "count", "probability") if mix[key] is not None), "")
    name = named(options["train"]["sampling"])
    sampling = f"{name} sampling" if name != "natural" else "none"
    return sampling if augmenter is None else f"{augmenter['type']}, {mix['policy']}{size}"


def foretell(plan: Plan, goal: Goal, plugins: Plugins, screen: Screen) -> int:
    """Print an estimate of the time, and what the design can find."""
    from vbg_framework.screen import duration
    from vbg_framework.study.estimate import estimate

    costs, count = list(estimate(plan, plugins, screen)), len(plan.replicates)
    rows = [(f"  {cost.arm}", duration(cost.fit), duration(cost.train)) for cost in costs]
    print_table(("  arm", "fitting", "training, per run"), rows)
    total = sum((cost.fit + cost.train) * (count + plan.tries(cost.arm)) for cost in costs)
    tuning = ", tuning included" if plan.tuned else ""
    print(f"Cost   about {duration(total)} one after the other{tuning}, plus start and evaluation.")
    say_power(plan, goal)
    return 0
