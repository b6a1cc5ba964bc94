"""Observer: every number of a run goes to TensorBoard, if it is installed (`pip install "vbg-framework[tensorboard]"`).

The events lie in the run folder: `tensorboard --logdir runs`. Switch it off with `block: [vbg_tensorboard]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from vbg_framework import hookimpl


class Observer:
    """Writes the lines of `metrics.jsonl` that are new since the last evaluation."""

    def __init__(self) -> None:
        self.written: dict[Path, int] = {}  # run folder -> last step written

    @hookimpl
    def vbg_epoch_finished(self, run: Any, step: int) -> None:
        """Write what training and evaluation measured up to `step`."""
        if find_spec("tensorboard") is None:
            return
        from torch.utils.tensorboard import SummaryWriter

        since = self.written.get(run.path, -1)
        with SummaryWriter(str(run.path / "tensorboard"), purge_step=since + 1) as writer:
            for line in run.lines():
                if since < line["step"] <= step:
                    for name, value in scalars(line):
                        writer.add_scalar(name, value, line["step"])
        self.written[run.path] = step

    @hookimpl
    def vbg_run_finished(self, run: Any, error: BaseException | None) -> None:
        """Forget the run."""
        self.written.pop(run.path, None)


def scalars(line: Mapping[str, Any]) -> list[tuple[str, float]]:
    """The numbers of one line: `train/loss`, `validation/macro_f1`, `validation/<task>/macro_f1`."""
    results = [(f"{line['kind']}/{k}", v) for k, v in line.items() if k != "step" and isinstance(v, int | float)]
    for task, scores in line.get("tasks", {}).items():
        results += [(f"{line['kind']}/{task}/{name}", value) for name, value in scores.items()]
    return results


observer = Observer()
