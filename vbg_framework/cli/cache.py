"""`vbg cache list|clean`: what is kept to be used again, and making room. Imports no torch."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.cli.compare import STUDIES
from vbg_framework.cli.print_table import print_table
from vbg_framework.cli.run import RUNS

if TYPE_CHECKING:
    from vbg_framework.base.cached import Kept

HEADER = ("kept", "size", "last used", "state", "runs that name it")
SHOWN = 3  # runs


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    cache = commands.add_parser("cache", help="list what is kept to be used again, or make room")
    kinds = cache.add_subparsers(title="commands", metavar="COMMAND", required=True)
    named = argparse.ArgumentParser(add_help=False)
    named.add_argument("kind", nargs="*", help="data, features, augmenters, pools, judges or frames (default: all)")
    named.add_argument("--older-than", type=float, default=0.0, metavar="DAYS", help="not used for so many days")
    named.add_argument("--runs", type=Path, default=RUNS, help="folder of all runs")
    named.add_argument("--studies", type=Path, default=STUDIES, help="folder of all studies")
    listed = kinds.add_parser("list", parents=[named], help="what there is, and which runs name it")
    listed.set_defaults(command=_list)
    clean = kinds.add_parser("clean", parents=[named], help="remove it; what a process holds stays")
    clean.add_argument("--yes", action="store_true", help="ask nothing")
    clean.set_defaults(command=_clean)


def _list(args: argparse.Namespace) -> int:
    from vbg_framework.base.cached import cache_folder

    chosen = _chosen(args)
    _show(chosen, args)
    print(f"{len(chosen)} in {cache_folder('')}, {size(sum(kept.size for kept in chosen))}.")
    return 0


def _clean(args: argparse.Namespace) -> int:
    from vbg_framework.base.cached import holders, remove, tidy
    from vbg_framework.base.errors import VBGError

    left, chosen = tidy(), _chosen(args)
    if left:
        print(f"Removed {len(left)} files that killed processes had left.")
    _show(chosen, args)
    if not chosen or not (args.yes or _asked(len(chosen))):
        print("Nothing else was removed.")
        return 0
    held, freed, failed = holders([kept.path for kept in chosen]), 0, 0
    for kept in chosen:
        try:
            if kept.path in held:
                raise VBGError(kept.name, f"process {held[kept.path]} is using it", "Clean again when it has ended.")
            remove(kept)
            freed += kept.size
        except VBGError as error:
            failed += 1
            print(f"Left   {error}")
    print(f"Removed {len(chosen) - failed} of {len(chosen)}, {size(freed)}. It is made again when it is needed.")
    return 0


def _asked(count: int) -> bool:
    from vbg_framework.base.errors import VBGError

    if not sys.stdin.isatty():
        raise VBGError("vbg cache clean", f"would remove {count}, and nobody can be asked", "Say --yes.")
    return input(f"Remove these {count}? [y/N] ").strip().lower() in ("y", "yes")


def _chosen(args: argparse.Namespace) -> list[Kept]:
    from vbg_framework.base.cached import KINDS, everything
    from vbg_framework.base.errors import VBGError, did_you_mean

    if unknown := [kind for kind in args.kind if kind not in KINDS]:
        raise VBGError("vbg cache", f"unknown kind '{unknown[0]}'", did_you_mean(unknown[0], KINDS))
    wanted = args.kind or [*KINDS]
    return [kept for kept in everything() if kept.kind in wanted and kept.days >= args.older_than]


def _show(chosen: list[Kept], args: argparse.Namespace) -> None:
    runs = _runs(args.runs, args.studies)
    rows = [(kept.name, size(kept.size), f"{kept.days:.1f} days ago", *_state(kept, runs)) for kept in chosen]
    print_table(HEADER, rows) if rows else print("Nothing is kept.")


def _state(kept: Kept, runs: dict[str, list[str]]) -> tuple[str, str]:
    from vbg_framework.base.errors import VBGError

    try:
        named = runs.get(str(kept.about().get("fingerprint")), [])
    except VBGError:
        return "damaged", "-"
    more = f" and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
    return "unfinished" if kept.unfinished else "finished", (", ".join(named[-SHOWN:]) + more) or "-"


def _runs(runs: Path, studies: Path) -> dict[str, list[str]]:
    """Fingerprint of a prepared data set -> the runs that were made with it."""
    from vbg_framework.base.errors import VBGError
    from vbg_framework.base.run_folder import CONFIG, RunFolder, list_runs

    results: dict[str, list[str]] = {}
    in_studies = (RunFolder(path.parent) for path in sorted(studies.glob(f"*/*/runs/*/*/{CONFIG}")))
    for run in (*list_runs(runs), *in_studies):
        try:
            fingerprint = run.environment().get("data_fingerprint")
        except VBGError:
            continue
        if fingerprint:
            results.setdefault(fingerprint, []).append(run.name)
    return results


def size(count: int) -> str:
    """Bytes as people read them."""
    amount, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{amount:.0f} {units[0]}" if units[0] == "B" else f"{amount:.1f} {units[0]}"
