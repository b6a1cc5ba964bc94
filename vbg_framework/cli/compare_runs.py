"""`vbg compare-runs`: runs that exist already, side by side."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vbg_framework.cli.print_table import print_table
from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.study.existing import Existing

HEADER = ("experiment", "runs", "mean", "pairs", "difference, points", "95 % interval")


def add(commands: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    runs = commands.add_parser("compare-runs", help="compare finished runs, paired by seeds; exploratory")
    runs.add_argument("experiments", nargs="+", help="experiments that were run; the first is the control")
    runs.add_argument("--task", help="whose metric (default: the control's first task)")
    runs.add_argument("--metric", default="macro_f1", help="a test metric (default: macro_f1)")
    runs.add_argument("--out", type=Path, metavar="FILE", help="write the table as Markdown, too")
    runs.add_argument("--runs", type=Path, default=RUNS, help="folder of all runs (default: runs, or VBG_RUNS)")
    runs.set_defaults(command=_compare_runs)


def _compare_runs(args: argparse.Namespace) -> int:
    from vbg_framework.report.markdown import document
    from vbg_framework.study.existing import WARNING, compare_runs

    found = compare_runs(args.runs, args.experiments, task=args.task, metric=args.metric)
    rows, title = _rows(found), f"{found.metric} of {found.task}, test split"
    notes = [*found.notes, *dict.fromkeys(note for d in found.differences for note in d.notes)]
    print(title)
    print_table(HEADER, rows)
    print(*notes, WARNING, sep="\n")
    if args.out:
        args.out.write_text(document(title, WARNING, HEADER, rows, notes), encoding="utf-8")
    return 0


def _rows(found: Existing) -> list[tuple[str, ...]]:
    from vbg_framework.study.phrases import points, span

    differences = {d.arm: d for d in found.differences}
    rows: list[tuple[str, ...]] = []
    for name, mean in found.means.items():
        d = differences.get(name)
        compared = (str(d.pairs), points(d.mean), span(d.interval)) if d else ("", "control", "")
        rows.append((name, str(found.runs[name]), "—" if mean is None else f"{mean:.3f}", *compared))
    return rows
