"""What most commands begin with: the registry and the plugins."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vbg_framework.config.plugins import Plugins
    from vbg_framework.config.registry import Registry


def session(args: argparse.Namespace) -> tuple[Registry, Plugins]:
    """Read the registry and load the plugins it does not block."""
    from vbg_framework.config.opened import open_registry

    return open_registry(args.registry)
