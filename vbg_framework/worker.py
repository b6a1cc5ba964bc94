"""One of several processes that execute a run: `torchrun ... -m vbg_framework.worker RUN_FOLDER`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from vbg_framework.base.errors import Interrupted, VBGError
from vbg_framework.base.printable import printable_output, terminal
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.execute import execute
from vbg_framework.runs.summary import summary
from vbg_framework.screen import Screen, SturdyConsole


def main(path: Path) -> int:
    """Execute the run; only the first process speaks."""
    first = os.environ.get("RANK", "0") == "0"
    screen = Screen(SturdyConsole(file=terminal()) if first else None)
    try:
        run = execute(RunFolder(path), load_plugins(), screen)
    except VBGError as error:
        print(f"vbg: {error}", file=sys.stderr)
        return 130 if isinstance(error, Interrupted) else 1
    if first:
        print(summary(run))
    return 0


if __name__ == "__main__":
    with printable_output():
        sys.exit(main(Path(sys.argv[1])))
