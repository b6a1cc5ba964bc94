"""`vbg similar`: records most like one of the run, a picture or a text."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.runs.evidence.embedding import Embedding
    from vbg_framework.runs.evidence.material import Evidence


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    similar = commands.add_parser("similar", parents=[common], help="find the records most like one, or like a picture")
    similar.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    similar.add_argument("query", nargs="?", help="id of a record, or a picture file")
    similar.add_argument("--text", help="text of the query, or of the picture")
    similar.add_argument("--by", action="append", default=[], help="input that counts, repeatable (default: all)")
    similar.add_argument("--count", type=int, default=10, help="most records")
    similar.add_argument("--out", type=Path, help="also write a page with their pictures into this folder")
    similar.add_argument("--runs", type=Path, default=RUNS)
    similar.set_defaults(command=_similar)


def _similar(args: argparse.Namespace) -> int:
    from vbg_framework.cli.print_table import print_table
    from vbg_framework.cli.session import finished_run
    from vbg_framework.runs.evidence.material import Evidence
    from vbg_framework.runs.evidence.similar import similar
    from vbg_framework.runs.evidence.similar_page import write_similar

    _check(args)
    finished, screen = finished_run(args)
    evidence = Evidence(finished, screen)
    query, own = _query(args, evidence)
    near = similar(evidence, query, by=args.by, count=args.count, without=own)
    rows = [
        (each.id, f"{each.similarity:.3f}", each.part, *(_label(label) for label in each.labels.values()))
        for each in near
    ]
    print_table(("id", "similarity", "part", *evidence.finished.model.tasks), rows)
    if args.out:
        screen.say(f"Page   {write_similar(args.out, args.query or args.text, evidence, near)}")
    return 0


def _check(args: argparse.Namespace) -> None:
    from vbg_framework.base.errors import VBGError

    if not args.query and not args.text:
        raise VBGError("vbg similar", "nothing to compare with", "Give the id of a record, a picture or --text.")
    if args.count < 1:
        raise VBGError("--count", f"must be at least 1, got {args.count}", "Example: --count 10.")


def _query(args: argparse.Namespace, evidence: Evidence) -> tuple[Embedding, str]:
    """The vectors to compare with, and the id of the record they are of; "" of something new."""
    from vbg_framework.runs.evidence.similar import of_inputs, of_record

    if args.query in evidence.ids and not args.text:
        return of_record(evidence, args.query), args.query
    given: dict[str, Any] = {}
    if args.query:
        if not Path(args.query).is_file():
            return of_record(evidence, args.query), args.query
        given["image"] = args.query
    if args.text:
        given["text"] = args.text
    return of_inputs(evidence, given), ""


def _label(label: Any) -> str:
    return ", ".join(label) if isinstance(label, list) else label or ""
