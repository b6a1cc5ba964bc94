"""Processes that we start import nothing from the working folder. Light."""

from __future__ import annotations

import os

VARIABLE = "PYTHONSAFEPATH"


def keep_working_folder_out() -> None:
    """Have every Python process that this one starts leave the working folder off its import path.

    `python -m` and `python -c` put it first, so a `torch.py` that lies beside somebody's data would be run. Workers of
    `torchrun`, data loaders, `spawn` and `forkserver` inherit the variable; Ray sets a path of its own.
    """
    os.environ[VARIABLE] = "1"
