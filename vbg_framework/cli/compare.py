"""`vbg compare`: a study from its plan to its report, or on with one."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.cli.print_table import print_table
from vbg_framework.cli.session import session
from vbg_framework.config.slots import named

if TYPE_CHECKING:
    from vbg_framework.config.plugins import Plugins
    from vbg_framework.config.registry import Registry
    from vbg_framework.screen import Screen
    from vbg_framework.study.engines.engine import Engine
    from vbg_framework.study.folder import StudyFolder
    from vbg_framework.study.plan import Plan, Trial

STUDIES = Path(os.environ.get("VBG_STUDIES", "studies"))


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    compare = commands.add_parser("compare", parents=[common], help="compare augmenters: a study from plan to report")
    compare.add_argument("study", help="a name under `studies` in the registry (or STUDY/ID with --resume)")
    compare.add_argument(
        "--set", dest="sets", action="append", default=[], metavar="A.B=VALUE", help="change the study"
    )
    compare.add_argument("--resume", action="store_true", help="go on with the newest study of this name")
    compare.add_argument("--extend", action="store_true", help="add arms or replicates to it, and go on")
    compare.add_argument(
        "--arm", dest="arms", action="append", default=[], metavar="NAME", help="with --extend: add this arm"
    )
    compare.add_argument("--replicates", metavar="N", help="how many; with --extend +N more")
    compare.add_argument("--dry-run", action="store_true", help="print the plan, its cost and its power; run nothing")
    compare.add_argument("--jobs", type=int, metavar="N", help="N runs at a time, which divide the cores (default: 1)")
    compare.add_argument("--engine", choices=["local", "ray"], default="local", help="where runs are executed")
    compare.add_argument("--address", help="of a Ray cluster (default: Ray on this machine)")
    compare.add_argument("--commands", action="store_true", help="make the plan and print one command per run")
    compare.add_argument("--only", metavar="ARM/NN", help="with --resume: this run alone, as --commands prints it")
    compare.add_argument("--studies", type=Path, default=STUDIES, help="folder of all studies (default: studies)")
    compare.set_defaults(command=_compare)


def _compare(args: argparse.Namespace) -> int:
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.config.environment import environment
    from vbg_framework.study.folder import StudyFolder, find_study
    from vbg_framework.study.make import make_plan

    registry, plugins = session(args)
    if args.resume and args.sets:
        raise VBGError("vbg compare", "--resume continues the plan as it is, got --set", "Give one or the other.")
    if args.arms and not args.extend:
        raise VBGError("vbg compare", "--arm goes with --extend", "Write other arms into the registry.")
    if args.only and not args.resume:
        raise VBGError("vbg compare", "--only goes with --resume", "Make the plan first with --commands.")
    if args.extend:
        folder = _extended(args, registry, plugins)
    elif args.resume:
        folder = find_study(args.studies, args.study)
        _say_what_is_left_out(folder, registry)
    else:
        plan = make_plan(args.study, registry, plugins, [*args.sets, *_count(args)])
        if "quiet" not in args or args.dry_run:
            _show(plan)
        if args.dry_run:
            return _costs(plan, plugins, screen_of(args))
        folder = StudyFolder.create(args.studies, plan, environment(plugins))
    print(f"Study  {folder.path}", flush=True)
    if args.commands:
        return _commands(folder)
    return _go(args, folder, plugins, registry.block)


def _count(args: argparse.Namespace) -> list[str]:
    return [f"replicates={args.replicates}"] if args.replicates else []


def _extended(args: argparse.Namespace, registry: Registry, plugins: Plugins) -> StudyFolder:
    """The newest study of this name, with more arms or replicates."""
    from vbg_framework.study.extend import extend
    from vbg_framework.study.folder import find_study
    from vbg_framework.study.make import make_plan

    more = (args.replicates or "+0").removeprefix("+")
    if not more.isdigit():
        raise VBGError("--extend --replicates", f"must be how many more, got '{args.replicates}'", "Example: +5.")
    folder = find_study(args.studies, args.study)
    name, wanted = folder.plan().study, args.arms or not int(more)
    plan = extend(folder, make_plan(name, registry, plugins, args.sets) if wanted else None, args.arms, int(more))
    _show(plan)
    return folder


def _say_what_is_left_out(folder: StudyFolder, registry: Registry) -> None:
    from vbg_framework.study.extend import lacking

    plan, _ = folder.fixed()
    for name in lacking(plan, registry.entries["studies"].get(plan.study)):
        print(f"NOTE   The registry has the arm '{name}', the plan of this study does not: it is left out.")
        print(f"       Add it with: vbg compare {folder.name} --extend --arm {name}")


def _go(args: argparse.Namespace, folder: StudyFolder, plugins: Plugins, block: list[str]) -> int:
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.study.engines.drive import drive
    from vbg_framework.study.engines.engine import attempt
    from vbg_framework.study.report.publish import summary_text, write_study_report

    screen = screen_of(args)
    if args.only:
        problem = attempt(folder, _trial(folder.plan(), args.only), plugins, screen)
        print(f"vbg: {problem}" if problem else f"Finished {args.only}")
        return int(problem is not None)
    with folder.locked():
        engine = _engine(args, plugins, screen, block)
        try:
            failed = drive(folder, engine, screen)
        finally:
            engine.close()
        write_study_report(folder)
    print(summary_text(folder))
    for trial, problem in failed.items():
        print(f"Failed {trial}: {problem}")
    if failed:
        print(f"Try these again with: vbg compare {folder.name} --resume")
    return int(bool(failed))


def _engine(args: argparse.Namespace, plugins: Plugins, screen: Screen, block: list[str]) -> Engine:
    if args.engine == "ray":
        from vbg_framework.study.engines.ray_engine import OnRay

        return OnRay(args.address, args.jobs, block)
    from vbg_framework.study.engines.engine import Here, Processes

    return Here(plugins, screen) if args.jobs in (None, 1) else Processes(args.jobs, block)


def _show(plan: Plan) -> None:
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
    print("Shared  prepared data, splits, features of frozen encoders, fitted augmenters (by content hash).")
    if plan.later:
        print(f"Added  {plan.later}, after results were seen: exploratory.")
    print(f"Hash   {plan.hash[:16]}", flush=True)


def _about(options: Mapping[str, Any]) -> str:
    augmenter, mix = options.get("augmenter"), options["mix"]
    size = next((f" {key} {mix[key]:g}" for key in ("share", "count", "probability") if mix[key] is not None), "")
    name = named(options["train"]["sampling"])
    sampling = f"{name} sampling" if name != "natural" else "none"
    return sampling if augmenter is None else f"{augmenter['type']}, {mix['policy']}{size}"


def _costs(plan: Plan, plugins: Plugins, screen: Screen) -> int:
    """Print an estimate of the time, and what the design can find."""
    from vbg_framework.screen import duration
    from vbg_framework.statistics import power, smallest_effect
    from vbg_framework.study.estimate import estimate

    costs, count = list(estimate(plan, plugins, screen)), len(plan.replicates)
    rows = [(f"  {cost.arm}", duration(cost.fit), duration(cost.train)) for cost in costs]
    print_table(("  arm", "fitting", "training, per run"), rows)
    total = sum(cost.fit + cost.train for cost in costs) * count
    print(f"Cost   about {duration(total)} one after the other, plus start and evaluation.")
    if count < 2:
        print("Power  none: one replicate has no spread. Set `replicates` to 2 or more.")
        return 0
    train, _, test = plan.arms[0].options["split"]["ratios"]
    overlap = test / train if plan.split == "resplit" else 0.0
    result = power(1.0, count, alpha=plan.alpha, overlap=overlap)
    least = smallest_effect(count, alpha=plan.alpha, overlap=overlap)
    print(
        f"Power  {result:.2f} for an effect of one standard deviation of paired differences; .80 from {least:.1f} on."
    )
    return 0


def _commands(folder: StudyFolder) -> int:
    """Print the runs as commands for a job array, those that need others last."""
    plan = folder.plan()
    first, then = ([t for t in plan.trials() if (plan.needs(t) is not None) == later] for later in (False, True))
    root = folder.path.parent.parent
    for title, trials in (("# In any order:", first), ("# When these are finished:", then)):
        if trials:
            print(title)
        for trial in trials:
            print(f"vbg compare {folder.name} --resume --only {trial} --studies {root}")
    print(f"# At the end, for the report:\nvbg compare {folder.name} --resume --studies {root}")
    return 0


def _trial(plan: Plan, name: str) -> Trial:
    known = {str(trial): trial for trial in plan.trials()}
    if name not in known:
        raise VBGError("--only", f"no run '{name}' in this study", did_you_mean(name, known))
    return known[name]
