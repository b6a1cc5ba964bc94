"""`vbg promote`: say which run is the model of an experiment."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.compare_runs import RIVALS, rival_rows
from vbg_framework.cli.print_table import print_table
from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.base.run_folder import RunFolder
    from vbg_framework.study.comparison.rivals import Rivalry

FORCE = "Promote it all the same with --force."


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    promote = commands.add_parser("promote", help="say which run predict and export use")
    promote.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its newest finished run")
    promote.add_argument("--force", action="store_true", help="even if it is worse than the model in use")
    promote.add_argument("--runs", type=Path, default=RUNS)
    promote.set_defaults(command=_promote)


def _promote(args: argparse.Namespace) -> int:
    from vbg_framework.base.promotion import model_in_use, promote
    from vbg_framework.base.run_folder import find_run

    run = find_run(args.runs, args.run)
    root, experiment = run.path.parents[1], run.path.parent.name
    before = model_in_use(root, experiment).run
    if before.path == run.path or before.state != "finished" or run.state != "finished":
        promote(run, {})
    else:
        promote(run, {"before": before.path.name, "forced": args.force, "compared": _compared(before, run, args.force)})
    print(f"Model  {run.name} is now the model of {experiment}; predict and export use it.")
    return 0


def _compared(before: RunFolder, run: RunFolder, force: bool) -> list[dict[Any, Any]]:
    """Both runs on the test records that both answered; stops at a worse one."""
    from dataclasses import asdict

    from vbg_framework.base.errors import VBGError
    from vbg_framework.study.comparison.rivals import rivalries

    result = rivalries(before, run)
    print(f"macro_f1 of {before.name} (before) and {run.name} (after) on the test records of both")
    print_table(RIVALS, rival_rows(result))
    if not any(each.records for each in result) and not force:
        what = f"shares no test record with {before.name}, so nobody can say which is better"
        raise VBGError(run.name, what, f"Compare them with: vbg evaluate RUN TABLE. {FORCE}")
    worse = [each.task for each in result if each.is_worse]
    if worse and not force:
        what = f"is worse than {before.name}, the model in use, in {', '.join(worse)}, beyond chance"
        raise VBGError(run.name, what, FORCE)
    for line in _warnings(result):
        print(line)
    return [asdict(each) for each in result]


def _warnings(results: Sequence[Rivalry]) -> Iterator[str]:
    for each in results:
        if (each.difference or 0) < 0:
            yield f"Warn   {each.task}: {-100 * (each.difference or 0):.1f} points below the model it replaces."
