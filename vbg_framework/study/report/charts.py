"""The plots of a study's report, as SVG text in the page's font and ink."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from vbg_framework.report.plots import COLOURS, INK, style, svg
from vbg_framework.statistics import Interval
from vbg_framework.study.conclusion.phrases import POINT, duration, points, span

VERDICTS = {"better": "#2a9d8f", "worse": "#c94f4f", "equivalent": "#3b7dd8", "unclear": "#8c8c8c"}
ROW = 0.46  # inches of a row of a forest plot
LETTER, HIGH = 5.2, 10  # points of print that a letter and a line take
LONGEST = 26  # characters of a name beside a plot
TIMES = (1.0, 5, 15, 60, 300, 900, 3600, 14400, 43200, 86400, 259200, 604800)  # s, round ones


class Row(NamedTuple):
    """One line of a forest plot.

    Args:
        label: stands left of it.
        verdict: decides the colour; empty for a heading.
        mean, interval: of the difference; None = nothing is known.
        values: differences of the single replicates.
        said: stands at the right, behind the figures.
    """

    label: str
    verdict: str = ""
    mean: float | None = None
    interval: Interval | None = None
    values: Sequence[float] = ()
    said: str = ""


class Point(NamedTuple):
    """An arm in a plot of two quantities.

    Args:
        name: stands beside it.
        x, y: where.
        interval: of y, or None.
        own: whether it is an augmenter; controls are hollow.
        line: points of the same number are joined; None = alone.
        group: points of one share a colour, which a legend names; empty = a colour of its own.
    """

    name: str
    x: float
    y: float
    interval: Interval | None = None
    own: bool = True
    line: int | None = None
    group: str = ""


def forest(rows: Sequence[Row], *, what: str, margin: float, level: str) -> str:
    """The same as `forest_figure`, as SVG text for a page."""
    figure = forest_figure(rows, what=what, margin=margin, level=level)
    message = "; ".join(f"{row.label} {_figures(row)}" for row in rows if row.verdict)
    return svg(figure, f"Differences in {what} in points with {level} intervals: {message}.")


def forest_figure(rows: Sequence[Row], *, what: str, margin: float, level: str) -> Figure:
    """Draw differences with their intervals below each other, single replicates as dots.

    Args:
        rows: from top to bottom.
        what: the metric in words.
        margin: drawn as a band about 0.
        level: of the intervals, in words; not drawn.
    """
    figure = Figure(figsize=(6.4, 0.9 + ROW * len(rows)))
    axes = figure.subplots()
    axes.axvspan(-POINT * margin, POINT * margin, color=INK, alpha=0.07, linewidth=0)
    axes.axvline(0, color=INK, alpha=0.6, linewidth=1)
    for index, row in enumerate(rows):
        _forest_row(axes, index, row)
    style(axes, f"difference in {what}, points", "")
    axes.set_yticks(range(len(rows)), [short(row.label) if row.verdict else "" for row in rows], parse_math=False)
    axes.set(ylim=(len(rows) - 0.4, -0.6))
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))
    axes.grid(axis="x", alpha=0.12, color=INK)
    axes.spines[["top", "right", "left"]].set_visible(False)
    return figure


def _forest_row(axes: Axes, index: int, row: Row) -> None:
    if not row.verdict:
        axes.annotate(
            row.label, (0.01, index), xycoords=("axes fraction", "data"), va="center", color=INK, weight="bold"
        )
        return
    colour = VERDICTS[row.verdict]
    spread = np.linspace(-0.13, 0.13, len(row.values)) if len(row.values) > 1 else [0] * len(row.values)
    axes.scatter([POINT * v for v in row.values], [index + s for s in spread], s=9, color=INK, alpha=0.28, linewidths=0)
    if row.interval is not None:
        low, high = (POINT * v for v in row.interval)
        axes.plot([low, high], [index, index], color=colour, linewidth=2.6, solid_capstyle="round")
    if row.mean is not None:
        axes.plot([POINT * row.mean], [index], "D", color=colour, markersize=6.5)
    right: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "annotation_clip": False}
    axes.annotate(_figures(row), (1.02, index), va="center", color=INK, fontsize=8.5, **right)


def _figures(row: Row) -> str:
    return f"{points(row.mean)} ({span(row.interval)}) {row.said}".strip() if row.interval else row.said


def scatter(
    results: Sequence[Point], *, x: str, y: str, time: bool = False, best: Sequence[str] = (), unit: int = 1
) -> str:
    """Draw arms as points with their names.

    Args:
        results: the arms.
        x, y: what the axes show.
        time: the horizontal axis is seconds, logarithmic.
        best: names of points to join by a line: nothing is both cheaper and better.
        unit: what values of y are multiplied by.
    """
    figure = Figure(figsize=(6.6, 3.9))
    axes = figure.subplots()
    _lines(axes, results, best, unit)
    colours = {key: COLOURS[i % len(COLOURS)] for i, key in enumerate(dict.fromkeys(map(_key, results)))}
    for point in results:
        _point(axes, point, colours[_key(point)], unit)
    if any(point.group for point in results):
        _legend(axes, colours)
    style(axes, x, y)
    if time:
        _seconds(axes, [point.x for point in results])
    axes.margins(x=0.18, y=0.16)
    _names(axes, results, unit)
    axes.grid(alpha=0.12, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    message = "; ".join(
        f"{point.group} {point.name} at {point.x:.3g}, {unit * point.y:.3g}".strip() for point in results
    )
    return svg(figure, f"{y} against {x}: {message}.")


def _key(point: Point) -> str:
    return point.group or point.name


def _legend(axes: Axes, colours: Mapping[str, str]) -> None:
    marks = [Line2D([], [], color=colour, marker="o", ls="", label=f" {name}") for name, colour in colours.items()]
    legend = axes.legend(handles=marks, frameon=False, labelcolor=INK, loc="upper left", bbox_to_anchor=(1, 1))
    for text in legend.get_texts():
        text.set(text=short(text.get_text()), parse_math=False)


def _lines(axes: Axes, results: Sequence[Point], best: Sequence[str], unit: int) -> None:
    joined: dict[Any, list[Point]] = {}
    for point in results:
        if point.line is not None:
            joined.setdefault(point.line, []).append(point)
        if point.name in best:
            joined.setdefault("best", []).append(point)
    for key, members in joined.items():
        members = sorted(members, key=lambda point: point.x)
        dashes = "--" if key == "best" else "-"
        axes.plot([p.x for p in members], [unit * p.y for p in members], dashes, color=INK, alpha=0.35, linewidth=1.2)


def _point(axes: Axes, point: Point, colour: str, unit: int) -> None:
    if point.interval is not None:
        axes.plot([point.x] * 2, [unit * end for end in point.interval], color=colour, linewidth=1.8, alpha=0.8)
    face = colour if point.own else "none"
    axes.plot([point.x], [unit * point.y], "o", color=colour, markerfacecolor=face, markersize=7, markeredgewidth=1.6)


def _names(axes: Axes, results: Sequence[Point], unit: int) -> None:
    """Write names beside points, from top to bottom, each below those that would cover it."""
    axes.autoscale_view()  # or positions are those before the margins
    placed: list[tuple[float, float, float]] = []  # left, right, height
    for point in sorted(results, key=lambda point: -point.y):
        x, y = axes.transData.transform((point.x, unit * point.y)) * 72 / axes.figure.dpi  # in points of print
        end, top = x + LETTER * len(short(point.name)), y + 1
        while covering := [at for a, b, at in placed if a < end and x < b and abs(at - top) < HIGH - 0.01]:
            top = min(covering) - HIGH
        placed.append((x, end, top))
        axes.annotate(short(point.name), (point.x, unit * point.y), xytext=(8, top - y), textcoords="offset points",
                      color=INK, fontsize=8.5, parse_math=False)  # fmt: skip


def _seconds(axes: Axes, values: Sequence[float]) -> None:
    """A logarithmic axis of times with round marks."""
    axes.set_xscale("log")
    low, high = min(values) / 2, max(values) * 2
    marks = [time for time in TIMES if low <= time <= high] or [round(max(values), 2)]
    axes.set_xticks(marks, minor=False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: duration(value).replace(".0 ", " ")))
    axes.set_xticks([], minor=True)


def front(results: Sequence[Point], *, higher_is_better: bool = True) -> list[str]:
    """Names of the points that no other one beats in y at the same or less x."""
    sign = 1 if higher_is_better else -1
    return [
        point.name
        for point in results
        if not any(
            o.x <= point.x and sign * o.y >= sign * point.y and (o.x, o.y) != (point.x, point.y) for o in results
        )
    ]


def short(name: str, longest: int = LONGEST) -> str:
    """A name of at most so many characters."""
    return name if len(name) <= longest else name[: longest - 1] + "…"
