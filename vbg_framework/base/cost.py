"""What a piece of work takes: time, and the most memory that was held meanwhile."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import psutil
from typing_extensions import TypedDict

from vbg_framework.base.json_file import read_json
from vbg_framework.base.publication import write_json

PAUSE = 0.05  # s between two looks at the memory
KEEP = 5.0  # s of work that a kill may take out of the account
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Cost:
    """What a piece of work took. What is not known is None.

    Args:
        seconds: on the clock, all attempts together: what a killed one lost was paid for, too.
        processor_seconds: of all threads of this process; other processes are not counted.
        memory: MiB, the most that this process held in memory at any time during the work. That is everything: the
            libraries (PyTorch alone takes some 300 MiB), the data and what was there before.
        device_memory: MiB, the most that tensors took on this process's GPU; None without one.
        device: name of the GPU, or how many cores the machine has.
    """

    seconds: float
    processor_seconds: float | None = None
    memory: float | None = None
    device_memory: float | None = None
    device: str | None = None

    def __add__(self, other: Cost) -> Cost:
        """One after the other: times are added, of memory the larger counts."""
        return Cost(
            round(self.seconds + other.seconds, 3),
            _both(sum, self.processor_seconds, other.processor_seconds),
            _both(max, self.memory, other.memory),
            _both(max, self.device_memory, other.device_memory),
            ", then ".join(dict.fromkeys(filter(None, [self.device, other.device]))) or None,
        )

    def named(self, what: str) -> dict[str, Any]:
        """The figures as JSON holds them, each name after `what`: `fit_seconds`."""
        return {f"{what}_{name}": value for name, value in asdict(self).items()}

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Cost:
        """The figures among other content of a JSON file, which may be older than some of them."""
        return cls(**{name: content.get(name) for name in cls.__dataclass_fields__ if name != "seconds"},
                   seconds=content["seconds"])  # fmt: skip


class Spent(TypedDict):
    """What the file of an account holds at least."""

    seconds: float


class Meter:
    """Measures what happens in a `with` block, and keeps the account in a file.

    The memory is looked at every 50 ms, so a peak that is shorter may be missed. The file is written every 5 s: a piece
    of work that is killed and resumed adds to its own account. Of two meters at a time the GPU's peak is unsure.

    Args:
        file: the account, in a folder that exists.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def __enter__(self) -> Self:
        self._earlier, self._process, self._over = read_cost(self.file), psutil.Process(), threading.Event()
        self._began, self._processor, self._peak = time.perf_counter(), time.process_time(), 0
        if (cuda := _cuda()) is not None:
            cuda.reset_peak_memory_stats()
        self._look()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watcher.join()
        self._look()
        self._keep()

    @property
    def spent(self) -> Cost:
        """The account so far, earlier attempts included."""
        cuda = _cuda()
        mine = Cost(
            round(time.perf_counter() - self._began, 3),
            round(time.process_time() - self._processor, 3),
            round(self._peak / MEBIBYTE, 1),
            None if cuda is None else round(cuda.max_memory_allocated() / MEBIBYTE, 1),
            f"CPU, {os.cpu_count()} cores" if cuda is None else cuda.get_device_name(),
        )
        return mine if self._earlier is None else self._earlier + mine

    def _look(self) -> None:
        self._peak = max(self._peak, self._process.memory_info().rss)

    def _watch(self) -> None:
        kept = time.perf_counter()
        while not self._over.wait(PAUSE):
            self._look()
            if time.perf_counter() - kept > KEEP:
                self._keep()
                kept = time.perf_counter()

    def _keep(self) -> None:
        with contextlib.suppress(OSError):  # on a full disk the work itself says so
            write_json(self.file, asdict(self.spent))


def read_cost(file: Path) -> Cost | None:
    """The account a meter kept; None if there is none."""
    return Cost.of(read_json(file, Spent)) if file.exists() else None


def _both(join: Any, one: float | None, other: float | None) -> float | None:
    known = [value for value in (one, other) if value is not None]
    return round(join(known), 3) if known else None


def _cuda() -> Any | None:
    """`torch.cuda` if this process uses it; what does not cannot hold memory there."""
    import torch

    return torch.cuda if torch.cuda.is_initialized() else None
