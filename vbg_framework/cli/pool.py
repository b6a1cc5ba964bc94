"""`vbg pool`: finished studies of several collections as one answer."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vbg_framework.cli.compare import STUDIES
from vbg_framework.cli.print_table import print_comparison


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    pool = commands.add_parser("pool", help="one answer from studies of several collections: a meta-analysis")
    pool.add_argument("names", nargs="+", metavar="STUDY", help="names, STUDY/ID or folders of finished studies")
    pool.add_argument("--out", type=Path, metavar="FILE", help="write the table as Markdown, too")
    pool.add_argument("--studies", type=Path, default=STUDIES, help="folder of all studies (default: studies)")
    pool.set_defaults(command=_pool)


def _pool(args: argparse.Namespace) -> int:
    from vbg_framework.study.comparison.pooling import CAVEAT, lacking, pool_studies, table
    from vbg_framework.study.comparison.results import gather
    from vbg_framework.study.folder import find_study

    folders = [find_study(args.studies, name) for name in args.names]
    studies = [folder.path.parent.name for folder in folders]
    names = [name if studies.count(name) == 1 else folder.name for name, folder in zip(studies, folders, strict=True)]
    results = dict(zip(names, map(gather, folders), strict=True))
    header, cells = table(pool_studies(results), results)
    print_comparison(
        f"{len(results)} collections, differences in points", CAVEAT, header, cells, [*lacking(results)], args.out
    )
    return 0
