"""`vbg report`: the pages of a run or a study, written again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.compare import STUDIES
from vbg_framework.cli.run import RUNS
from vbg_framework.cli.session import session

if TYPE_CHECKING:
    from vbg_framework.base.run_folder import RunFolder


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    report = commands.add_parser("report", parents=[common], help="write the report of a run or a study again")
    report.add_argument("name", help="a run: folder, EXPERIMENT/ID, ID, or an experiment; or a study")
    report.add_argument(
        "--supplement", metavar="FOLDER", type=Path, help="of a study: also tables (CSV, LaTeX) and plots (SVG, PDF)"
    )
    report.add_argument(
        "--for", dest="reader", choices=["director"], help="of a run: one page in plain words, for who decides"
    )
    report.add_argument("--language", default="en", help="of the page for a director: de or en (default: en)")
    report.add_argument(
        "--evidence", action="store_true", help="of a run: ask its model for heat maps, shares of inputs, a feature map"
    )
    report.add_argument("--layout", choices=["pca", "tsne"], help="of the feature map (default: pca)")
    report.add_argument("--runs", type=Path, default=RUNS)
    report.add_argument("--studies", type=Path, default=STUDIES)
    report.set_defaults(command=_report)


def _report(args: argparse.Namespace) -> int:
    from vbg_framework.base.run_folder import CONFIG, PLAN, find_run
    from vbg_framework.base.work_folder import folders, named_folder

    if named_folder(args.studies, args.name, PLAN) or (
        folders(args.studies, args.name, PLAN) and not folders(args.runs, args.name, CONFIG)
    ):
        return _of_study(args)
    print(_of_run(args, find_run(args.runs, args.name)))
    return 0


def _of_study(args: argparse.Namespace) -> int:
    from vbg_framework.base.errors import VBGError
    from vbg_framework.study.folder import find_study
    from vbg_framework.study.report.publish import PAGE, write_study_report

    study = find_study(args.studies, args.name)
    for given, option in ((args.reader, "--for"), (args.evidence or args.layout, "--evidence")):
        if given:
            raise VBGError(option, f"goes with a run, got the study {study.name}", "Name one of its runs.")
    summary = write_study_report(study)
    print(study.path / PAGE)
    if args.supplement:
        from vbg_framework.study.report.supplement import write_supplement

        print(*write_supplement(summary.analysis, args.supplement), sep="\n")
    return 0


def _of_run(args: argparse.Namespace, run: RunFolder) -> Path:
    from vbg_framework.base.errors import VBGError

    if args.supplement:
        raise VBGError("--supplement", f"goes with a study, got the run {run.name}", "Leave it out.")
    if args.layout and not args.evidence:
        raise VBGError("--layout", "goes with --evidence, which makes the feature map", "Add --evidence.")
    if args.reader and args.evidence:
        raise VBGError("--evidence", "is shown in the report, not on the page for a director", "Leave --for out.")
    if args.reader == "director":
        from vbg_framework.report.director import write_director

        return write_director(run.path, args.language)
    from vbg_framework.report.page import write_report

    if args.evidence:
        _ask(args, run)
    return write_report(run.path)


def _ask(args: argparse.Namespace, run: RunFolder) -> None:
    """Ask the model for what the report shows of it."""
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.runs.evidence.for_report import write_evidence
    from vbg_framework.runs.evidence.material import Evidence
    from vbg_framework.runs.export.finished import FinishedRun

    screen = screen_of(args)
    write_evidence(Evidence(FinishedRun(run, session(args)[1], screen.say), screen), screen, args.layout or "pca")
