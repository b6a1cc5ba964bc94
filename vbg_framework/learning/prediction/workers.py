"""Several processes that each hold a model and answer batches of records."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from pathlib import Path

from vbg_framework.base.errors import VBGError
from vbg_framework.base.processes import end_processes, process_pool
from vbg_framework.config.blame import plugin_errors
from vbg_framework.config.plugins import keep_blocked, load_plugins
from vbg_framework.learning.prediction.drift import Drift
from vbg_framework.learning.prediction.joined import View
from vbg_framework.learning.prediction.saved import SavedModel, Seen

AHEAD = 2
"""Batches per process that are read before they are answered, so that none waits for the next one."""


class Workers:
    """Answers batches in processes, and gives the answers in the order of the batches; what `SavedModel.spread` takes.

    Args:
        folder: the `model` folder of a run.
        block: names of plugins not to import.
        count: number of processes, which divide the cores among them.

    Raises:
        VBGError: there is to be none.
    """

    def __init__(self, folder: Path, block: Iterable[str], count: int) -> None:
        self.folder, self.block, self.count = folder, tuple(block), count
        self.pool = process_pool(count, "--workers")

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *error: object) -> None:
        end_processes(self.pool)

    def __call__(self, batches: Iterable[Seen]) -> Iterator[list[View]]:
        """The answers to each batch; a bounded number of batches is in memory.

        Raises:
            VBGError: a process died, or a plugin failed in it.
        """
        waiting: deque[Future[list[View]]] = deque()
        for batch in batches:
            waiting.append(self._sent(batch))
            if len(waiting) == AHEAD * self.count:
                yield _said(waiting.popleft())
        yield from map(_said, waiting)

    def _sent(self, batch: Seen) -> Future[list[View]]:
        try:
            return self.pool.submit(answered, self.folder, self.block, batch)
        except BrokenProcessPool as error:
            raise _died(error) from error


def _said(future: Future[list[View]]) -> list[View]:
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise _died(error) from error


def _died(error: BrokenProcessPool) -> VBGError:
    what = f"one of the processes ended before it had answered, got '{error}'"
    return VBGError(
        "--workers",
        what,
        "What was answered is kept: the same command goes on from there. If memory ran out, take fewer.",
    )


def answered(folder: Path, block: tuple[str, ...], batch: Seen) -> list[View]:
    """What a worker says of a batch; it loads the model for the first one.

    Args:
        folder: the `model` folder of a run.
        block: names of plugins not to import.
        batch: the views.
    """
    model = _model(folder, block)
    with plugin_errors(model.parts):
        return model.answered(batch)


@cache
def _model(folder: Path, block: tuple[str, ...]) -> SavedModel:
    keep_blocked(block)
    model = SavedModel(folder, load_plugins(block), lambda difference: None)  # who started us has said it
    model.look = Drift(folder).look
    return model
