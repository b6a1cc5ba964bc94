"""Something that takes long: made once, in a thread of its own, when it is first asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from vbg_framework.screen import Bar, Screen

T = TypeVar("T")


class Watched(Screen):
    """A silent screen that knows what it would show."""

    bar: Bar | None = None

    @contextmanager
    def _bar(self, name: str, total: int | None, done: int) -> Iterator[Bar]:
        with super()._bar(name, total, done) as self.bar:
            yield self.bar


class Later(Generic[T]):
    """A result that comes later.

    Args:
        make: makes it; given the screen that shows its progress.
        screen: that one; several results that need each other share it.
    """

    def __init__(self, make: Callable[[Watched], T], screen: Watched) -> None:
        self._make, self._screen = make, screen
        self._turn, self._done = threading.Lock(), threading.Event()
        self._thread: threading.Thread | None = None
        self._result: list[T] = []
        self._error: BaseException | None = None

    def wait(self) -> T:
        """The result, however long it takes.

        Raises:
            Exception: what making it raised, now and ever after.
        """
        self._begin()
        self._done.wait()
        if self._error:
            raise self._error
        return self._result[0]

    def now(self) -> T | None:
        """The result if it is there; begins to make it. Raises what making it raised."""
        self._begin()
        return self.wait() if self._done.is_set() else None

    def made(self) -> T | None:
        """The result if it is there; begins nothing."""
        return self._result[0] if self._result else None

    @property
    def progress(self) -> str:
        """How far it is, in words; "" = nobody knows."""
        bar = self._screen.bar
        return f"{bar.name} {bar.done:,} of {bar.total:,}" if bar and bar.total else ""

    def _begin(self) -> None:
        with self._turn:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, daemon=True)
                self._thread.start()

    def _work(self) -> None:
        try:
            self._result.append(self._make(self._screen))
        except BaseException as error:  # raised in the thread that asks
            self._error = error
        self._done.set()
