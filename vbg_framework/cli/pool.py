"""`vbg pool`: finished studies of several collections as one answer."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vbg_framework.base.publication import write_text
from vbg_framework.cli.compare import STUDIES
from vbg_framework.cli.print_table import print_table


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    pool = commands.add_parser("pool", help="one answer from studies of several collections: a meta-analysis")
    pool.add_argument("names", nargs="+", metavar="STUDY", help="names, STUDY/ID or folders of finished studies")
    pool.add_argument("--out", type=Path, metavar="FILE", help="write the table as Markdown, too")
    pool.add_argument("--studies", type=Path, default=STUDIES, help="folder of all studies (default: studies)")
    pool.set_defaults(command=_pool)


def _pool(args: argparse.Namespace) -> int:
    from vbg_framework.report.markdown import document
    from vbg_framework.study.comparison.pooling import CAVEAT, pool_studies, table
    from vbg_framework.study.comparison.results import gather
    from vbg_framework.study.folder import find_study

    folders = [find_study(args.studies, name) for name in args.names]
    known = [folder.path.parent.name for folder in folders]
    short = {folder.name: folder.path.parent.name for folder in folders}
    studies = {short[f.name] if known.count(short[f.name]) == 1 else f.name: gather(f) for f in folders}
    header, cells = table(pool_studies(studies), studies)
    title = f"{len(studies)} collections, differences in points"
    print(title)
    print_table(header, cells)
    print(CAVEAT)
    if args.out:
        write_text(args.out, document(title, CAVEAT, header, cells, []))
    return 0
