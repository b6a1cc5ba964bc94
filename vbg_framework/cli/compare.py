"""`vbg compare`: a study from its plan to its report, or on with one."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.cli.goal import AUTO, Goal, enough, goal_of, say_power
from vbg_framework.cli.planning import foretell, show
from vbg_framework.cli.session import session

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
    compare.add_argument("--replicates", metavar="N", help="how many; auto: as many as needed; with --extend +N more")
    compare.add_argument("--pilot", metavar="STUDY", help="an earlier study, whose spread says what this one can find")
    compare.add_argument("--effect", type=float, metavar="POINTS", help="with --pilot: the difference to be found")
    compare.add_argument("--power", type=float, default=0.8, metavar="P", help="the chance to find it (default: 0.8)")
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
    if args.pilot and (args.resume or args.extend):
        raise VBGError("--pilot", "is for a study that has not begun", "Leave out --resume and --extend.")
    if args.extend:
        folder = _extended(args, registry, plugins)
    elif args.resume:
        folder = find_study(args.studies, args.study)
        _say_what_is_left_out(folder, registry)
    else:
        goal = goal_of(args)
        plan = make_plan(args.study, registry, plugins, [*args.sets, *_count(args, goal, registry, plugins)])
        if "quiet" not in args or args.dry_run:
            show(plan)
        if args.dry_run:
            return foretell(plan, goal, plugins, screen_of(args))
        if goal.pilot:
            say_power(plan, goal)
        folder = StudyFolder.create(args.studies, plan, environment(plugins))
    print(f"Study  {folder.path}", flush=True)
    if args.commands:
        return _commands(folder)
    return _go(args, folder, plugins, registry.block)


def _count(args: argparse.Namespace, goal: Goal, registry: Registry, plugins: Plugins) -> list[str]:
    from vbg_framework.study.make import make_plan

    if args.replicates == AUTO:
        return enough(make_plan(args.study, registry, plugins, args.sets), goal)
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
    show(plan)
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


def _commands(folder: StudyFolder) -> int:
    """Print the runs as commands for a job array, those that need others last."""
    plan = folder.plan()
    steps: dict[int, list[Trial]] = {}
    root, title = folder.path.parent.parent, "# In any order:"
    for trial in plan.trials():
        steps.setdefault(_depth(plan, trial), []).append(trial)
    for _, trials in sorted(steps.items()):
        print(title)
        title = "# When these are finished:"
        for trial in trials:
            print(f"vbg compare {folder.name} --resume --only {trial} --studies {root}")
    print(f"# At the end, for the report:\nvbg compare {folder.name} --resume --studies {root}")
    return 0


def _depth(plan: Plan, trial: Trial) -> int:
    """How many runs must be finished one after the other before this one."""
    return max((1 + _depth(plan, needed) for needed in plan.needs(trial)), default=0)


def _trial(plan: Plan, name: str) -> Trial:
    known = {str(trial): trial for trial in plan.trials()}
    if name not in known:
        raise VBGError("--only", f"no run '{name}' in this study", did_you_mean(name, known))
    return known[name]
