"""The interface of a writer of tables. Light."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

Rows = Sequence[Mapping[str, Any]]


class Writer(ABC):
    """Writes a table row by row: what `vbg predict --out` makes. Its component is called like the suffix of the
    file, with `_` for a point inside: `cspace_csv` writes `.cspace.csv`.

    Args:
        config: the options, an instance of the component's `Config` class.
    """

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def open(
        self, path: Path, columns: Mapping[str, type], dialect: tuple[str, bool]
    ) -> AbstractContextManager[Callable[[Rows], None]]:
        """A context that gives a function which appends rows. The file is complete at its end.

        Args:
            path: of the file. The core gives it its name when all went well.
            columns: name -> str or float. Each row has them all, None = empty, and may have others, such as
                `picture` (path, bytes or image), which are no columns.
            dialect: of the table that was read: what separates cells, and whether a byte order mark stands first.
        """
