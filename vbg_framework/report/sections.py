"""The sections of a report that plugins bring, laid out; one that fails says so and leaves the others alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from matplotlib.figure import Figure

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.shortage import pass_on
from vbg_framework.config.experiment import Experiment
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import installed
from vbg_framework.config.slots import Choice, named, spelt_out
from vbg_framework.contracts.report_section import Grid, Plot
from vbg_framework.report.plots import style, svg

DEFAULT: list[Choice] = Experiment.model_fields["report"].default


def sections(run: RunFolder) -> list[dict[str, Any]]:
    """Title and blocks of every chosen section that has something to show."""
    chosen = run.config()["experiment"].get("report", DEFAULT)
    made = [_section(choice, run) for choice in chosen]
    return [section for section in made if section["blocks"]]


def _section(choice: Choice, run: RunFolder) -> dict[str, Any]:
    name = named(choice)
    try:
        part = make_part("report_section", spelt_out(choice), f"report.{name}", installed())
        section = part.component.load()(part.config)
        return {"title": section.title, "blocks": laid_out(section.content(run))}
    except VBGError as error:
        pass_on(error)
        message = str(error)
    except Exception as error:  # third-party code may raise anything; the run is not lost over its report
        pass_on(error)
        message = f"{type(error).__name__}: {error}"
    return {"title": name, "blocks": [{"text": f"This section could not be made. {message}"}]}


def laid_out(content: Iterable[object]) -> list[dict[str, Any]]:
    """What the page shows of the content of a section.

    Raises:
        TypeError, ValueError: it is no text, `Grid` or `Plot`, or a table is not rectangular.
    """
    return [_block(each) for each in content]


def _block(given: object) -> dict[str, Any]:
    if isinstance(given, str):
        return {"text": given}
    if isinstance(given, Grid):
        return {"grid": given, "rows": [[_cell(value) for value in row] for row in _checked(given)]}
    if isinstance(given, Plot) and isinstance(given.figure, Figure):
        for axes in given.figure.axes:
            style(axes, axes.get_xlabel(), axes.get_ylabel())
        return {"plot": svg(given.figure, given.alt), "caption": given.caption}
    raise TypeError(f"expected a str, a Grid or a Plot with a matplotlib figure, got {type(given).__name__}")


def _checked(grid: Grid) -> Iterator[Sequence[Any]]:
    for row in grid.rows:
        if len(row) != len(grid.head):
            raise ValueError(f"a row of '{grid.caption}' has {len(row)} cells, its head {len(grid.head)}")
        yield row


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
