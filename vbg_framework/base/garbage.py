"""Python's search for objects that only refer to each other: seldom, while thousands of modules are imported."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (100_000, 50, 100)
"""New objects before the young are searched, and searches of each generation before one of the next."""


@contextmanager
def seldom_searched() -> Iterator[None]:
    """Search more seldom than Python by itself does, which spends a fifth of the time of imports on it."""
    known = gc.get_threshold()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*known)
