"""`vbg doubt`: labels that are probably wrong."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.contracts.record import Task
    from vbg_framework.runs.evidence.doubt import Doubts

SHOWN = 5  # labels on the screen


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    doubt = commands.add_parser("doubt", parents=[common], help="list the labels that are probably wrong")
    doubt.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    doubt.add_argument("--task", action="append", help="question to look at, repeatable (default: all with one label)")
    doubt.add_argument("--out", type=Path, help="new folder (default: doubts/<time> in that of the run)")
    doubt.add_argument("--to", type=Path, metavar="FILE", help="also write corrections to edit, as CSV")
    doubt.add_argument("--runs", type=Path, default=RUNS)
    doubt.set_defaults(command=_doubt)


def _doubt(args: argparse.Namespace) -> int:
    from vbg_framework.base.work_folder import new_folder
    from vbg_framework.cli.session import finished_run
    from vbg_framework.runs.evidence.doubt import doubts, outliers
    from vbg_framework.runs.evidence.doubt_files import write_corrections, write_files
    from vbg_framework.runs.evidence.material import Evidence

    _free(args.to)
    finished, screen = finished_run(args)
    tasks = _tasks(finished.model.tasks, args.task)
    evidence = Evidence(finished, screen)
    results = [doubts(evidence, task) for task in tasks]
    out = args.out or new_folder(finished.run.path / "doubts")
    page = write_files(out, finished.run.name, evidence, results, outliers(evidence))
    for line in [*map(_told, results), f"Table  {out / 'doubts.csv'}", f"Page   {page}"]:
        screen.say(line)
    if args.to:
        count = write_corrections(args.to, results)
        screen.say(f"{count:,} corrections to edit: {args.to}. Delete the lines you do not agree with.")
    return 0


def _told(result: Doubts) -> str:
    """How many labels of a task are to be looked at, and the first of them."""
    lines = [
        f"{result.task.name}: {len(result.flagged):,} of {len(result.rows):,} labels to look at, "
        f"about {result.expected:,.0f} are expected to be wrong."
    ]
    lines += [f"Note   {result.note}"] if result.note else []
    lines += [
        f"  {row.id}: '{row.label}' ({row.probability:.2f}), rather '{row.suggested}' ({row.suggested_probability:.2f})"
        for row in result.flagged[:SHOWN]
    ]
    return "\n".join(lines)


def _tasks(known: Mapping[str, Task], wanted: Sequence[str] | None) -> list[Task]:
    from vbg_framework.base.errors import VBGError, did_you_mean

    for name in wanted or ():
        if name not in known:
            raise VBGError("--task", f"unknown task '{name}'", did_you_mean(name, known))
    chosen = [task for name, task in known.items() if (name in wanted if wanted else not task.multi_label)]
    if not chosen:
        raise VBGError("vbg doubt", "the model has no task with one label per record", "Use another run.")
    return chosen


def _free(path: Path | None) -> None:
    from vbg_framework.base.errors import VBGError

    if path is not None and path.exists():
        raise VBGError(f"--to {path}", "is there already", "Name a new file: your edits are not overwritten.")
