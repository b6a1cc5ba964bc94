"""`vbg compare-runs`: runs that exist already, side by side; of one experiment, on the records that both tested."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.print_table import print_comparison
from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.base.run_folder import RunFolder
    from vbg_framework.study.comparison.existing import Existing
    from vbg_framework.study.comparison.rivals import Rivalry

RIVALS = ("task", "records", "objects", "before", "after", "difference, points", "95 % interval")
HEADER = ("experiment", "runs", "mean", "pairs", "difference, points", "95 % interval")


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    runs = commands.add_parser("compare-runs", help="compare experiments, or two runs record by record; exploratory")
    runs.add_argument("experiments", nargs="+", help="experiments that were run, or two runs; the first is the control")
    runs.add_argument("--task", help="whose metric (default: the control's first task)")
    runs.add_argument("--metric", default="macro_f1", help="a test metric (default: macro_f1)")
    runs.add_argument("--out", type=Path, metavar="FILE", help="write the table as Markdown, too")
    runs.add_argument("--runs", type=Path, default=RUNS, help="folder of all runs (default: runs, or VBG_RUNS)")
    runs.set_defaults(command=_compare_runs)


def _compare_runs(args: argparse.Namespace) -> int:
    from vbg_framework.study.comparison.existing import WARNING, compare_runs

    if pair := _pair(args):
        return _rivals(args, *pair)
    result = compare_runs(args.runs, args.experiments, task=args.task, metric=args.metric)
    notes = [*result.notes, *dict.fromkeys(note for d in result.differences for note in d.notes)]
    title = f"{result.metric} of {result.task}, test split"
    print_comparison(title, WARNING, HEADER, _rows(result), notes, args.out)
    return 0


def _rows(result: Existing) -> list[tuple[str, ...]]:
    from vbg_framework.study.conclusion.phrases import points, span

    differences = {d.arm: d for d in result.differences}
    rows: list[tuple[str, ...]] = []
    for name, mean in result.means.items():
        d = differences.get(name)
        compared = (str(d.pairs), points(d.mean), span(d.interval)) if d else ("", "control", "")
        rows.append((name, str(result.runs[name]), "—" if mean is None else f"{mean:.3f}", *compared))
    return rows


def _pair(args: argparse.Namespace) -> tuple[RunFolder, RunFolder] | None:
    """The two runs that were named; None if experiments were."""
    from vbg_framework.base.errors import VBGError
    from vbg_framework.base.run_folder import CONFIG, RunFolder
    from vbg_framework.base.work_folder import named_folder

    places = [named_folder(args.runs, name, CONFIG) for name in args.experiments]
    if len(places) != 2 or not any(places):
        return None
    for name, place in zip(args.experiments, places, strict=True):
        if place is None:
            raise VBGError("vbg compare-runs", f"no run '{name}' in {args.runs}", "List them with: vbg runs.")
    before, after = (RunFolder(path) for path in places if path)
    return before, after


def _rivals(args: argparse.Namespace, before: RunFolder, after: RunFolder) -> int:
    from vbg_framework.study.comparison.rivals import CAVEAT, rivalries

    results = [each for each in rivalries(before, after, args.metric) if args.task in (None, each.task)]
    title = f"{args.metric}: {before.name}, then {after.name}, on the test records of both"
    print_comparison(title, CAVEAT, RIVALS, rival_rows(results), [], args.out)
    return 0


def rival_rows(results: Sequence[Rivalry]) -> list[tuple[str, ...]]:
    """The rows of a table with the header `RIVALS`."""
    from vbg_framework.report.page import number
    from vbg_framework.study.conclusion.phrases import points, span

    return [
        (r.task, str(r.records), str(r.objects), number(r.before), number(r.after), points(r.difference),
         span(r.interval))
        for r in results
    ]  # fmt: skip
