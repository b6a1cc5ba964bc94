"""`vbg plugins`, `components`, `check`, `schema`, `runs`, `show`: what there is. None of them imports torch."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vbg_framework.base.printable import printable
from vbg_framework.cli.compare import STUDIES
from vbg_framework.cli.print_table import print_table
from vbg_framework.cli.run import RUNS
from vbg_framework.cli.session import session


def add(commands: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    plugins = commands.add_parser("plugins", parents=[common], help="list plugins and what became of them")
    plugins.set_defaults(command=_plugins)
    components = commands.add_parser("components", parents=[common], help="list components and their options")
    components.add_argument("kind", nargs="?", help="such as encoder or metric")
    components.set_defaults(command=_components)
    check = commands.add_parser("check", parents=[common], help="check the registry, or one experiment of it")
    check.add_argument("experiment", nargs="?")
    check.add_argument("--set", dest="sets", action="append", default=[], metavar="A.B=VALUE")
    check.set_defaults(command=_check)
    schema = commands.add_parser("schema", parents=[common], help="print the JSON schema of registry.yaml")
    schema.set_defaults(command=_schema)
    runs = commands.add_parser("runs", help="list runs")
    runs.add_argument("experiment", nargs="?")
    runs.add_argument("--runs", type=Path, default=RUNS)
    runs.set_defaults(command=_runs)
    report = commands.add_parser("report", help="write the report of a run or a study again")
    report.add_argument("name", help="a run: folder, EXPERIMENT/ID, ID, or an experiment; or a study")
    report.add_argument("--runs", type=Path, default=RUNS)
    report.add_argument("--studies", type=Path, default=STUDIES)
    report.set_defaults(command=_report)
    show = commands.add_parser("show", help="show one run")
    show.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment")
    show.add_argument("--runs", type=Path, default=RUNS)
    show.set_defaults(command=_show)


def _plugins(args: argparse.Namespace) -> int:
    _, plugins = session(args)
    rows = [
        (s.name, s.distribution, s.version, s.status, ", ".join(f"{c.kind} {c.name}" for c in s.components) or "-")
        for s in plugins.statuses
    ]
    print_table(("plugin", "distribution", "version", "status", "components"), rows)
    failed = [s for s in plugins.statuses if s.error]
    for status in failed:
        print(f"{status.name}: {status.error}")
    return 1 if failed else 0


def _components(args: argparse.Namespace) -> int:
    from vbg_framework.base.errors import VBGError, did_you_mean
    from vbg_framework.contracts.spec import KINDS

    if args.kind not in (None, *KINDS):
        raise VBGError("vbg components", f"unknown kind '{args.kind}'", did_you_mean(args.kind, KINDS))
    _, plugins = session(args)
    for component, status in plugins.components(args.kind):
        print(f"{component.kind} {component.name}  (plugin {status.name})")
        options = component.config.model_json_schema()["properties"]
        rows = [(f"  {n}", _default(o), (o.get("description") or "").replace("\n", " ")) for n, o in options.items()]
        print_table(None, rows)
    return 0


def _default(option: dict) -> str:
    return json.dumps(option["default"]) if "default" in option else "required"


def _check(args: argparse.Namespace) -> int:
    from vbg_framework.config.modalities import check_modalities
    from vbg_framework.study.make import study_problems

    registry, plugins = session(args)
    if args.experiment:
        resolved = registry.experiment(args.experiment, plugins, args.sets)
        check_modalities(resolved.parts, registry.places["experiments", args.experiment], load=True)
        parts = ", ".join(f"{key} {part.component.name}" for key, part in sorted(resolved.parts.items()))
        print(f"{args.experiment}: valid ({parts})")
        return 0
    problems = [*registry.problems(plugins), *study_problems(registry, plugins)]
    for problem in problems:
        print(problem)
    counts = ", ".join(f"{len(entries)} {section}" for section, entries in registry.entries.items() if entries)
    print(f"{len(problems)} problems in {counts}")
    return 1 if problems else 0


def _schema(args: argparse.Namespace) -> int:
    from vbg_framework.config.schema import registry_schema

    print(json.dumps(registry_schema(session(args)[1]), indent=1))
    return 0


def _runs(args: argparse.Namespace) -> int:
    from vbg_framework.base.errors import VBGError
    from vbg_framework.base.run_folder import list_runs

    rows = []
    for run in list_runs(args.runs, args.experiment):
        state = run.state
        try:
            scores = run.metrics()["test"] if state == "finished" else {}
        except VBGError:
            state, scores = "unreadable", {}
        rows.append((run.name, state, ", ".join(f"{task} {s['macro_f1']:.3f}" for task, s in scores.items()) or "-"))
    print_table(("run", "state", "test macro-F1"), rows) if rows else print(f"no runs in {args.runs}")
    return 0


def _show(args: argparse.Namespace) -> int:
    from vbg_framework.base.run_folder import find_run
    from vbg_framework.base.yaml_file import dump_yaml
    from vbg_framework.runs.summary import summary

    run = find_run(args.runs, args.run)
    print(printable(f"{run.name}: {run.state}\n{dump_yaml(run.config())}"))
    if (run.path / "error.txt").exists():
        print(printable((run.path / "error.txt").read_text(encoding="utf-8", errors="replace")))
    if run.state == "finished":
        print(printable(summary(run)))
    return 0


def _report(args: argparse.Namespace) -> int:
    from vbg_framework.base.run_folder import CONFIG, PLAN, find_run
    from vbg_framework.base.work_folder import folders, named_folder
    from vbg_framework.study.folder import find_study

    if named_folder(args.studies, args.name, PLAN) or (
        folders(args.studies, args.name, PLAN) and not folders(args.runs, args.name, CONFIG)
    ):
        from vbg_framework.study.report.publish import PAGE, write_study_report

        study = find_study(args.studies, args.name)
        write_study_report(study)
        print(study.path / PAGE)
        return 0
    run = find_run(args.runs, args.name)
    from vbg_framework.report.page import write_report

    print(write_report(run.path))
    return 0
