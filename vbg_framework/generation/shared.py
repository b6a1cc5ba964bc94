"""Pools that several runs would fill alike, kept by what they are made of."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vbg_framework.generation.pool import CHUNKS, Pool


class SharedPool:
    """A place in the cache for the finished pool of a round that no classifier had a say in.

    Args:
        root: folder of all shared pools.
        about: all that the pool's content follows from.
    """

    def __init__(self, root: Path, about: Mapping[str, Any]) -> None:
        key = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]
        self.folder = root / key

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
            partial = self.folder.with_name(f"{self.folder.name}.{os.getpid()}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir(parents=True)
            _copy(pool.folder, partial)
            if self.folder.exists():  # another process was faster
                shutil.rmtree(partial)
            else:
                partial.replace(self.folder)


def _copy(source: Path, target: Path) -> None:
    """Copy the files of a pool; the list of chunks comes last, because it makes the pool complete."""
    files = sorted(source.iterdir(), key=lambda path: path.name == CHUNKS)
    for path in files:
        partial = target / f"{path.name}.partial"
        shutil.copyfile(path, partial)
        partial.replace(target / path.name)
