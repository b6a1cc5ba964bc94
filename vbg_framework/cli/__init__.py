"""The `vbg` command. Light: each command imports what it needs when it runs."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from vbg_framework.base.errors import Interrupted, VBGError
from vbg_framework.base.garbage import seldom_searched
from vbg_framework.base.printable import printable_output
from vbg_framework.base.safe_path import keep_working_folder_out
from vbg_framework.base.shortage import shortage
from vbg_framework.base.system_error import system_error
from vbg_framework.cli import (
    augment,
    cache,
    compare,
    compare_runs,
    completion,
    data,
    docs,
    doctor,
    doubt,
    evaluate,
    explain,
    export,
    init,
    inventory,
    listing,
    model,
    plugin,
    pool,
    promote,
    report,
    review_samples,
    run,
    similar,
    ui,
)
from vbg_framework.cli.arguments import Parser, telling

MODULES = (
    init,
    run,
    augment,
    compare,
    compare_runs,
    pool,
    evaluate,
    explain,
    doubt,
    similar,
    report,
    review_samples,
    ui,
    promote,
    inventory,
    listing,
    data,
    model,
    export,
    plugin,
    docs,
    doctor,
    cache,
    completion,
)
"""In the order of `vbg --help`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 on success, 1 for a mistake the user can correct, 2 for wrong usage, 130 on Ctrl-C.
    """
    _make_sturdy()
    with printable_output():
        return _run(parser().parse_args(arguments))


def _run(args: argparse.Namespace) -> int:
    keep_working_folder_out()
    # Before torch is loaded: threads that wait for each other spin a little, which is fast on a quiet machine, and then
    # sleep; where other work shares the cores, spinning on makes training many times slower (docs/results-speed.md).
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")
    try:
        with telling(args), seldom_searched():
            status = args.command(args) or 0
        sys.stdout.flush()
        return status
    except VBGError as error:
        return _told(error if isinstance(error, Interrupted) else shortage(error) or error)
    except SystemExit as error:  # nobody here calls it: a plugin does, and would end everything without a word
        return _told(_ended(error))
    except KeyboardInterrupt:
        print("vbg: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # `vbg runs | head`
        sys.stderr.close()
        return 0
    except OSError as error:
        return _told(shortage(error) or system_error(error, "output" if error.filename is None else "vbg"))
    except Exception as error:
        if lack := shortage(error):
            return _told(lack)
        raise


def _ended(error: SystemExit) -> VBGError:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    if frame.filename == argparse.__file__:  # of the arguments that `vbg data download` hands on
        raise error
    what, place = f"a plugin ended the program (SystemExit: {error.code})", f"{frame.filename}:{frame.lineno}"
    return VBGError("vbg", what, f"Raised at {place}. Report it to the plugin's author.")


def _told(error: VBGError) -> int:
    """Show a mistake in one line; return the exit status."""
    print(f"vbg: {error}", file=sys.stderr)
    with suppress(OSError):
        sys.stdout.flush()
        return 130 if isinstance(error, Interrupted) else 1
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # full: Python would tell it again at its end
    return 1


def _make_sturdy() -> None:
    """Have output survive a terminal that is closed, or that knows few letters."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        if isinstance(stream := getattr(sys, name), io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = Parser(prog="vbg", description="Classify museum artefacts from image, catalogue text and metadata.")
    top.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--registry", type=Path, help="registry file (default: ./registry.yaml over the shipped one)")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in MODULES:
        module.add(commands, common)
    return top


class _Version(argparse.Action):
    """Looks the version up only when it is asked for: reading installed metadata takes longer than all the rest."""

    def __call__(self, *_: object) -> None:
        from vbg_framework.base.version import __version__

        print(f"vbg-framework {__version__}")
        sys.exit(0)
