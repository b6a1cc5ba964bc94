"""The `vbg` command. Light: each command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from vbg_framework.base.errors import VBGError
from vbg_framework.cli import (
    augment,
    compare,
    compare_runs,
    data,
    evaluate,
    export,
    init,
    listing,
    model,
    plugin,
    promote,
    run,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 on success, 1 for a mistake the user can correct, 2 for wrong usage."""
    args = parser().parse_args(arguments)
    # Before torch is loaded: threads that wait for each other spin a little, which is fast on a quiet machine, and then
    # sleep; where other work shares the cores, spinning on makes training many times slower (docs/results.md).
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    try:
        return args.command(args) or 0
    except VBGError as error:
        print(f"vbg: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("vbg: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `vbg runs | head`
        sys.stderr.close()
        return 0


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = argparse.ArgumentParser(
        prog="vbg", description="Classify museum artefacts from image, catalogue text and metadata."
    )
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--registry", type=Path, help="registry file (default: ./registry.yaml over the shipped one)")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in (init, run, augment, compare, compare_runs, evaluate, promote, listing, data, model, export, plugin):
        module.add(commands, common)
    return top


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: reading installed metadata takes longer than all the rest."""

    def __call__(self, *_: object) -> None:
        from vbg_framework.base.version import __version__

        print(f"vbg-framework {__version__}")
        sys.exit(0)
