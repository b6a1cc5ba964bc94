"""What most commands begin with: the registry and the plugins."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbg_framework.config.plugins import Plugins
    from vbg_framework.config.registry import Registry
    from vbg_framework.runs.export.finished import FinishedRun
    from vbg_framework.screen import Screen


def session(args: argparse.Namespace) -> tuple[Registry, Plugins]:
    """Read the registry and load the plugins it does not block."""
    from vbg_framework.config.opened import open_registry

    return open_registry(args.registry)


def finished_run(args: argparse.Namespace) -> tuple[FinishedRun, Screen]:
    """The run that is named, or the model in use of an experiment; the screen says which."""
    from vbg_framework.base.promotion import model_in_use
    from vbg_framework.cli.arguments import screen_of
    from vbg_framework.runs.export.finished import FinishedRun

    model, screen = model_in_use(args.runs, args.run), screen_of(args)
    screen.say(model.line)
    return FinishedRun(model.run, session(args)[1], screen.say), screen
