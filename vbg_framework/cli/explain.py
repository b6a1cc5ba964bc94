"""`vbg explain`: why a model answers so."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.runs.evidence.material import Evidence
    from vbg_framework.runs.export.finished import FinishedRun
    from vbg_framework.screen import Screen


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    explain = commands.add_parser("explain", parents=[common], help="show what the answer to a record rests on")
    explain.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    explain.add_argument("records", nargs="*", help="ids of records of the run, or a picture file")
    explain.add_argument("--text", help="text of a record, or of the picture")
    explain.add_argument("--task", action="append", help="question to explain, repeatable (default: all)")
    explain.add_argument("--out", type=Path, help="folder for a page and a JSON file per record")
    explain.add_argument("--check", type=int, metavar="N", help="measure how faithful maps are, on N test objects")
    explain.add_argument("--alike", type=int, default=4, help="training records alike to show; 0 = none")
    explain.add_argument("--runs", type=Path, default=RUNS)
    explain.set_defaults(command=_explain)


def _explain(args: argparse.Namespace) -> int:
    from vbg_framework.cli.session import finished_run
    from vbg_framework.runs.evidence.material import Evidence

    new = _new(args)
    finished, screen = finished_run(args)
    evidence = Evidence(finished, screen) if args.alike > 0 or args.check or not new else None
    if args.check:
        _check(args, evidence, screen)
    for given in [new] if new else _known(args, evidence):
        for line in _page(args, finished, evidence, given):
            screen.say(line)
    return 0


def _check(args: argparse.Namespace, evidence: Evidence | None, screen: Screen) -> None:
    from vbg_framework.runs.evidence.faithful import PARTS, measure_faithfulness, sentence

    assert evidence is not None
    for task, parts in measure_faithfulness(evidence, args.check, screen, args.task or ()).items():
        for part, measured in parts.items():
            screen.say(f"{task}, {PARTS[part].lower()}: {sentence(part, measured.json(), args.run)}")


def _page(args: argparse.Namespace, finished: FinishedRun, evidence: Evidence | None, given: Any) -> Iterator[str]:
    """Write the page of a record; what is to be said of it."""
    from vbg_framework.report.explanations import write_explanation
    from vbg_framework.runs.evidence.why import why

    result = why(finished, given, args.task or (), evidence, args.alike, called=args.run)
    page = write_explanation(args.out, *result)
    yield from result.lines()
    yield f"Page   {page}"


def _new(args: argparse.Namespace) -> dict[str, Any] | None:
    """A picture file or a text from the command line, as `predict` takes it; None where ids are meant."""
    from vbg_framework.base.errors import VBGError

    if not args.records and not args.text and not args.check:
        raise VBGError("vbg explain", "nothing to explain", "Give ids of records, a picture, --text or --check N.")
    if (args.records or args.text) and not args.out:
        raise VBGError("vbg explain", "pages need a folder", "Name it with --out FOLDER.")
    if args.check is not None and args.check < 2:
        raise VBGError("vbg explain", f"--check needs two objects or more, got {args.check}", "Try --check 30.")
    is_picture = len(args.records) == 1 and Path(args.records[0]).is_file()
    if not is_picture and not args.text:
        return None
    if args.records and not is_picture:
        raise VBGError(f"'{args.records[0]}'", "no such picture; --text belongs to one picture", "Check the path.")
    given = {"id": Path(args.records[0]).name, "image": args.records[0]} if is_picture else {"id": "text"}
    return given | ({"text": args.text} if args.text else {})


def _known(args: argparse.Namespace, evidence: Evidence | None) -> Iterator[Any]:
    """The records of the run with these ids."""
    from vbg_framework.base.errors import VBGError, did_you_mean

    assert evidence is not None
    for identity in args.records:
        if identity not in evidence.ids:
            raise VBGError("vbg explain", f"no record '{identity}' in the run, and no file of this name",
                           did_you_mean(identity, evidence.ids))  # fmt: skip
    for identity in args.records:
        yield evidence.items.record(evidence.place(identity))
