"""The interface of a section of the report of a run. Light."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from vbg_framework.base.run_folder import RunFolder


@dataclass(frozen=True)
class Grid:
    """A table of a report.

    Args:
        head: what stands over the columns.
        rows: as many cells each; a number is shown with three decimals, None as a dash.
        caption: what it shows.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    caption: str


@dataclass(frozen=True)
class Plot:
    """A plot of a report.

    Args:
        figure: a `matplotlib.figure.Figure`.
        alt: what it shows, for those who cannot see it.
        caption: stands below it.
    """

    figure: Any
    alt: str
    caption: str = ""


class ReportSection(ABC):
    """One section of `report.html`, made of plain values: the core lays them out and escapes every text.

    Args:
        config: the options, an instance of the component's `Config` class.

    Attributes:
        title: its heading.
    """

    title: ClassVar[str]

    def __init__(self, config: Any) -> None:
        self.config = config

    @abstractmethod
    def content(self, run: RunFolder) -> Iterable[str | Grid | Plot]:
        """Paragraphs, tables and plots, from the files of a run; nothing = there is no such section.

        Called for runs that are not finished, too, where files are missing.
        """
