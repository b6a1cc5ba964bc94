"""`vbg similar`: records most like one of the run, a picture or a text."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vbg_framework.cli.run import RUNS


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    similar = commands.add_parser("similar", parents=[common], help="find the records most like one, or like a picture")
    similar.add_argument("run", help="folder, EXPERIMENT/ID, ID, or an experiment: its model in use")
    similar.add_argument("query", nargs="?", help="id of a record, or a picture file")
    similar.add_argument("--text", help="text to look for among texts, or that of the picture")
    similar.add_argument("--by", action="append", default=[], help="input that counts, repeatable (default: all)")
    similar.add_argument("--count", type=int, default=10, help="most records")
    similar.add_argument("--out", type=Path, help="also write a page with their pictures into this folder")
    similar.add_argument("--runs", type=Path, default=RUNS)
    similar.set_defaults(command=_similar)


def _similar(args: argparse.Namespace) -> int:
    from vbg_framework.base.errors import VBGError
    from vbg_framework.cli.print_table import print_table
    from vbg_framework.cli.session import finished_run
    from vbg_framework.runs.evidence.material import Evidence
    from vbg_framework.runs.evidence.similar import asked, similar
    from vbg_framework.runs.evidence.similar_page import write_similar

    if not args.query and not args.text:
        raise VBGError("vbg similar", "nothing to compare with", "Give the id of a record, a picture or --text.")
    finished, screen = finished_run(args)
    evidence = Evidence(finished, screen)
    query, own = asked(evidence, _given(args, evidence.ids))
    near = similar(evidence, query, by=args.by, count=args.count, without=own)
    rows = [
        (each.id, f"{each.similarity:.3f}", each.part, *(_label(label) for label in each.labels.values()))
        for each in near
    ]
    print_table(("id", "similarity", "part", *evidence.finished.model.tasks), rows)
    if args.out:
        screen.say(f"Page   {write_similar(args.out, args.query or args.text, evidence, near)}")
    return 0


def _given(args: argparse.Namespace, ids: Sequence[str]) -> str | dict[str, Any]:
    """The id of a record of the run, or a picture and a text as `predict` takes them."""
    from vbg_framework.base.errors import VBGError

    is_picture = args.query is not None and args.query not in ids and Path(args.query).is_file()
    if not is_picture and args.query and args.text:
        raise VBGError(f"'{args.query}'", "no such picture; --text belongs to one picture", "Check the path.")
    given = {"image": args.query if is_picture else None, "text": args.text}
    return args.query if args.query and not is_picture else given


def _label(label: Any) -> str:
    return ", ".join(label) if isinstance(label, list) else label or ""
