"""What stays the same while one run is executed."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from accelerate import Accelerator, DistributedDataParallelKwargs, PartialState
from accelerate.state import AcceleratorState

from vbg_framework.base.precision import choose_precision
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import Resolved
from vbg_framework.screen import Screen

T = TypeVar("T")


@dataclass
class Job:
    """What stays the same while a run is executed; if not `lasting`, its model is never asked again, and if not
    `tested`, it is scored on validation records alone and leaves nothing but the scores."""

    run: RunFolder
    resolved: Resolved
    plugins: Plugins
    screen: Screen
    state: PartialState
    lasting: bool = True
    tested: bool = True

    def notify(self, hook: str, **arguments: Any) -> None:
        """Call an observer hook, on the main process only."""
        if self.state.is_main_process:
            self.plugins.notify(hook, **arguments)

    def main_first(self, action: Callable[[], T]) -> T:
        """The main process does it, then the others find it done."""
        with self.state.main_process_first():
            return action()


def new_accelerator(precision: str, parameters: int) -> Accelerator:
    """An accelerator of the wanted precision; several in one process may differ.

    Args:
        precision: `auto`, `bf16` or `fp32`.
        parameters: size of the model, which decides what `auto` means on a CPU.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    # A debugging aid that costs several per cent; the stubs of torch do not know it.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    AcceleratorState._reset_state()
    mixed = "bf16" if choose_precision(precision, parameters) == "bf16" else "no"
    # A modality missing from a whole batch leaves its encoder without gradient.
    handlers = [DistributedDataParallelKwargs(find_unused_parameters=True)]
    return Accelerator(mixed_precision=mixed, cpu=not torch.cuda.is_available(), kwargs_handlers=handlers)
