"""Options that every command takes, and what they do. Light."""

from __future__ import annotations

import argparse
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vbg_framework.screen import Screen


class Parser(argparse.ArgumentParser):
    """A parser whose commands and their commands all take `-q`, `-v` and `--traceback`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if not options.get("add_help", True):  # options that others share
            return
        self.add_argument("-q", "--quiet", action="store_true", default=argparse.SUPPRESS, help="only results")
        self.add_argument(
            "-v", "--verbose", action="store_true", default=argparse.SUPPRESS, help="also what libraries log"
        )
        self.add_argument(
            "--traceback", action="store_true", default=argparse.SUPPRESS, help="show where an error was raised"
        )


@contextmanager
def telling(args: argparse.Namespace) -> Iterator[None]:
    """Run a command as wordily as it was asked to."""
    if "verbose" in args:
        logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    try:
        yield
    except BaseException:
        if "traceback" in args:
            traceback.print_exc()
        raise


def screen_of(args: argparse.Namespace) -> Screen:
    """Where a command shows what it does; silent with `--quiet`."""
    from vbg_framework.base.printable import terminal
    from vbg_framework.screen import Screen, SturdyConsole

    return Screen(None if "quiet" in args else SturdyConsole(file=terminal()))


def to_make(folder: Path, option: str) -> None:
    """Refuse, before anything is made, a folder that is there or cannot be made; `option` named it."""
    from vbg_framework.base.errors import VBGError

    try:
        folder.mkdir(parents=True)
        folder.rmdir()
    except OSError as error:
        fix = f"Name a new folder: {option} FOLDER."
        raise VBGError(str(folder), f"cannot be made ({error.strerror})", fix) from None
