"""What people see while something runs: messages and progress bars, plain lines where there is no terminal. Light."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from vbg_framework.base.printable import printable

PLAIN_SECONDS = 5.0  # between two plain progress lines


def duration(seconds: float) -> str:
    """Seconds in the unit a person would use: 12 s, 3 min 5 s, 2 h 10 min."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Bar:
    """The progress of one piece of work. `total` may be None when nobody knows it."""

    def __init__(self, name: str, total: int | None, done: int) -> None:
        self.name, self.total, self.done = name, total, done
        self.values: dict[str, Any] = {}
        self._since, self._begun, self._told = time.monotonic(), done, 0.0

    def advance(self, count: int = 1) -> None:
        """Count more of it as done."""
        self.done += count
        self._update()

    def show(self, **values: Any) -> None:
        """Show numbers beside the bar until they are replaced."""
        self.values |= {name.replace("_", " "): value for name, value in values.items()}
        self._update()

    def text(self) -> str:
        """The numbers beside the bar."""
        return " · ".join(f"{name} {_short(value)}" for name, value in self.values.items())

    def _update(self) -> None:
        """Nothing to draw: the silent bar."""


class _TerminalBar(Bar):
    def __init__(self, name: str, total: int | None, done: int, progress: Progress) -> None:
        super().__init__(name, total, done)
        self._progress = progress
        self._task = progress.add_task(escape(printable(name)), total=total, completed=done, numbers="")

    def _update(self) -> None:
        self._progress.update(self._task, completed=self.done, numbers=escape(printable(self.text())))


class _PlainBar(Bar):
    def __init__(self, name: str, total: int | None, done: int, console: Console) -> None:
        super().__init__(name, total, done)
        self._console = console

    def _update(self) -> None:
        now, complete = time.monotonic(), self.done == self.total
        if self._told == float("inf") or (now - self._told < PLAIN_SECONDS and not complete):
            return
        self._told = float("inf") if complete else now
        left = "" if complete or not self.total else f" · {self._left(self.total, now)} left"
        line = printable(f"{self.name} {self.done}/{self.total or '?'} {self.text()}{left}")
        with suppress(OSError):
            self._console.print(line, markup=False, soft_wrap=True)

    def _left(self, total: int, now: float) -> str:
        speed = (self.done - self._begun) / max(now - self._since, 1e-9)
        return duration((total - self.done) / speed) if speed else "?"


class SturdyConsole(Console):
    """A console of rich that somebody may close: `vbg run quickstart | head`."""

    def on_broken_pipe(self) -> None:
        """Be silent from now on. rich would end the program, and with it a training that goes on without a reader."""
        self.quiet = True


class Screen:
    """Where messages and progress go.

    Args:
        console: rich's console; None = silent (other processes, library use).
        log: a file that keeps all of it, with times, also what a silent screen does not show; None = there is none.
    """

    def __init__(self, console: Console | None = None, log: Path | None = None) -> None:
        self.console, self.log = console, log

    def logged(self, log: Path) -> Self:
        """The same screen, which keeps all of it in a file, too."""
        result = copy(self)
        result.log = log
        return result

    def say(self, message: str) -> None:
        """Show one line."""
        self._keep(message)
        if self.console:
            with suppress(OSError):  # work goes on where nobody can look at it any more
                self.console.print(escape(printable(message)), highlight=False, soft_wrap=True)

    @contextmanager
    def progress(self, name: str, total: int | None, done: int = 0) -> Iterator[Bar]:
        """Show how a long piece of work goes on."""
        with self._bar(name, total, done) as bar:
            yield bar
        self._keep(f"{name} {bar.done}/{bar.total or bar.done} {bar.text()}".rstrip())

    @contextmanager
    def _bar(self, name: str, total: int | None, done: int) -> Iterator[Bar]:
        if self.console is None:
            yield Bar(name, total, done)
        elif not self.console.is_terminal:
            yield _PlainBar(name, total, done, self.console)
        else:
            with Progress(*_columns(), console=self.console) as progress:
                yield _TerminalBar(name, total, done, progress)

    def _keep(self, message: str) -> None:
        """Add lines to the log."""
        if self.log is None:
            return
        now = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        with suppress(OSError), self.log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.writelines(f"{now}  {printable(line)}\n" for line in message.splitlines() if line)


def _columns() -> list[Any]:
    return [
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[numbers]}"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
    ]


def _short(value: Any) -> str:
    return (
        f"{value:.0f}"
        if isinstance(value, float) and abs(value) >= 100
        else f"{value:.3g}"
        if isinstance(value, float)
        else str(value)
    )
