"""A cache of pools that several runs would generate alike, keyed by content."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbg_framework.base.digest import SHORT, digest
from vbg_framework.base.publication import sweep, written
from vbg_framework.generation.pool import CHUNKS, Pool


class SharedPool:
    """A place in the cache for the finished pool of a round that no classifier had a say in.

    Args:
        root: folder of all shared pools.
        about: all that the pool's content follows from.
    """

    def __init__(self, root: Path, about: Mapping[str, Any]) -> None:
        self.folder = root / digest(about)[:SHORT]

    def bring(self, pool: Pool) -> bool:
        """Fill a pool as another run has filled it; False if none has, or if it was begun."""
        if pool.chunks or not (self.folder / CHUNKS).exists():
            return False
        pool.folder.mkdir(parents=True, exist_ok=True)
        _copy(self.folder, pool.folder)
        pool.chunks += Pool(pool.folder, pool.prefix).chunks
        return True

    def keep(self, pool: Pool) -> None:
        """Keep a filled pool for other runs."""
        if not self.folder.exists():
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            sweep(self.folder.parent)
            with written(self.folder) as partial:
                partial.mkdir()
                _copy(pool.folder, partial)


def _copy(source: Path, target: Path) -> None:
    """Copy the files of a pool; the list of chunks comes last, because it makes the pool complete."""
    files = sorted(source.iterdir(), key=lambda path: path.name == CHUNKS)
    for path in files:
        with written(target / path.name) as partial:
            shutil.copyfile(path, partial)
