"""How far a run is, read from its folder alone."""

from __future__ import annotations

import re
from typing import NamedTuple

from vbg_framework.base.errors import VBGError
from vbg_framework.base.regular_file import regular
from vbg_framework.base.run_folder import LOG, RunFolder

TAIL = 4096  # bytes of the log that are read
WORDS = 8  # lines of it that are kept
DATE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*  ")


class Progress(NamedTuple):
    """How far a run is.

    Args:
        name: of the run.
        state: `finished`, `failed`, `running` or `interrupted`.
        step, steps: of the training; 0 = it has not begun, or has none.
        lines: the last things that it said; a failed run says why.
        scores: task -> macro-F1 on test; of a finished run.
    """

    name: str
    state: str
    step: int
    steps: int
    lines: list[str]
    scores: dict[str, float | None]

    @property
    def line(self) -> str:
        """The last thing that it said."""
        return self.lines[-1] if self.lines else ""


def progress(run: RunFolder) -> Progress:
    """Read it; files that are damaged say nothing."""
    state, scores, step, steps = run.state, {}, 0, 0
    try:
        steps = int(run.config()["experiment"].get("train", {}).get("steps", 0))
        step = int(next((line["step"] for line in reversed(run.lines())), 0))
        if state == "finished":
            scores = {task: scored["macro_f1"] for task, scored in run.metrics()["test"].items()}
    except (VBGError, TypeError, ValueError):
        pass
    return Progress(run.name, state, step, steps, _last(run), scores)


def _last(run: RunFolder) -> list[str]:
    """The last lines of the log, without their times; a failed run says why."""
    name = "error.txt" if run.state == "failed" else LOG
    try:
        with regular(run.path / name).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - TAIL))
            lines = file.read().decode("utf-8", "replace").strip().splitlines()
    except (OSError, VBGError):
        return []
    return [DATE.sub("", line, count=1) if DATE.match(line) else line for line in lines[-WORDS:]]
