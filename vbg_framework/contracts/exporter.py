"""The interface of an exporter. Light."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, ClassVar


class Exporter(ABC):
    """Writes a finished run for other programs and people: `vbg export RUN --to NAME`.

    Args:
        config: the options, an instance of the component's `Config` class.

    Attributes:
        uploads: whether its folder is a repository that `--repo` may upload to the hub.
    """

    uploads: ClassVar[bool] = False

    def __init__(self, config: Any) -> None:
        self.config = config

    def check(self) -> None:  # noqa: B027 (nothing to check is the rule)
        """Called before anything is loaded. Default: nothing.

        Raises:
            VBGError: what it needs is missing.
        """

    @abstractmethod
    def write(self, finished: Any, folder: Path) -> str:
        """Write into an empty folder; return a line that is told at the end, such as how to use it.

        Args:
            finished: a `FinishedRun`: `run`, `name`, `config`, `metrics`, `environment`, `model` and more.
            folder: it gets its name when all went well.

        Raises:
            VBGError: the run cannot be exported so.
        """
