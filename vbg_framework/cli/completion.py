"""`vbg completion`: a script that has a shell complete commands and options."""

from __future__ import annotations

import argparse
from typing import Any

SHELLS = ("bash", "zsh", "tcsh")


def add(commands: argparse._SubParsersAction[Any], common: argparse.ArgumentParser) -> None:
    """Declare the command."""
    completion = commands.add_parser("completion", help="print what a shell completes commands and options with")
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(command=_completion)


def _completion(args: argparse.Namespace) -> int:
    import shtab

    from vbg_framework.cli import parser

    print(shtab.complete(parser(), shell=args.shell))
    return 0
