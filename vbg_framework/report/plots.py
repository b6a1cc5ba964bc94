"""Plots as SVG text for a web page. They take the page's font and ink, so they suit light and dark pages."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

INK = "#010203"  # stands for the page's text colour until the SVG is written
COLOURS = ("#3b7dd8", "#d9822b", "#2a9d8f", "#b05cc4", "#c94f4f", "#8a8f3c", "#5f6fa8", "#a06a3b")
LONGEST = 28  # characters of a class name on an axis
MOST_WITH_COUNTS = 30  # classes; beyond, cells are too small for a number

Points = tuple[Sequence[float], Sequence[float]]


def curves(lines: Mapping[str, Points], *, x: str, y: str, mark: float | None = None) -> str:
    """Draw lines over a common axis.

    Args:
        lines: name -> (x values, y values).
        x: what the horizontal axis shows.
        y: what the vertical axis shows.
        mark: x value of a vertical line named `best`, or None.
    """
    figure = Figure(figsize=(6.2, 3.2))
    axes = figure.subplots()
    for i, (name, (xs, ys)) in enumerate(lines.items()):
        colour, last = COLOURS[i % len(COLOURS)], i % (2 * len(COLOURS)) >= len(COLOURS)
        axes.plot(
            xs, ys, color=colour, linestyle="--" if last else "-", linewidth=1.6, marker=_marker(xs), zorder=3 - i / 100
        )
        axes.lines[-1].set_label(f" {name}")  # a label that starts with an underscore would be left out
    if mark is not None:
        axes.axvline(mark, color=INK, alpha=0.6, linewidth=1, linestyle=":")
        axes.annotate("best", (mark, 1), xycoords=("data", "axes fraction"), va="bottom", ha="center", color=INK)
    style(axes, x, y)
    axes.grid(alpha=0.15, color=INK)
    axes.spines[["top", "right"]].set_visible(False)
    legend = axes.legend(frameon=False, labelcolor=INK, ncols=1 + len(lines) // 12)
    for text in legend.get_texts():
        text.set_parse_math(False)
    message = "; ".join(f"{name} from {ys[0]:.3g} to {ys[-1]:.3g}" for name, (_, ys) in lines.items() if len(ys))
    return svg(figure, f"{y} over {x}: {message}" + (f"; best at {mark:g}." if mark is not None else "."))


def confusion(matrix: Sequence[Sequence[int]], classes: Sequence[str], linked: str = "") -> str:
    """Draw how often each true class (rows) was taken for each class (columns).

    Args:
        matrix: (C, C) counts.
        classes: C names. Above 30 the counts are left out.
        linked: cells off the diagonal link to `#<linked>-<row>-<column>`; "" = no links.
    """
    size, counted = len(classes), len(classes) <= MOST_WITH_COUNTS
    inches = max(3.4, size * (0.55 if size <= 12 else 0.36 if counted else 0.16))
    figure = Figure(figsize=(inches, inches))
    axes = figure.subplots()
    cells = [(r, c, n, n / sum(row)) for r, row in enumerate(matrix) for c, n in enumerate(row) if n]
    squares = [Rectangle((c - 0.5, r - 0.5), 1, 1) for r, c, _, _ in cells]
    faces = [to_rgba(COLOURS[0], 0.08 + 0.92 * share) for *_, share in cells]
    urls = [f"#{linked}-{r}-{c}" if linked and r != c else None for r, c, *_ in cells]
    axes.add_collection(PatchCollection(squares, facecolors=faces, edgecolors="none", urls=urls))
    if counted:
        for r, c, n, share in cells:
            axes.text(c, r, str(n), ha="center", va="center", color="white" if share > 0.6 else INK, fontsize=8)
    style(axes, "predicted class", "true class")
    names = [name if len(name) <= LONGEST else name[: LONGEST - 1] + "…" for name in classes]
    small: dict[str, Any] = {"fontsize": 8.5 if counted else 6.5, "parse_math": False}
    turn: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if counted else {"rotation": 90}
    axes.set_xticks(range(size), names, **turn, **small)
    axes.set_yticks(range(size), names, **small)
    axes.set(xlim=(-0.5, size - 0.5), ylim=(size - 0.5, -0.5), aspect="equal")
    axes.set_xticks([i - 0.5 for i in range(1, size)], minor=True)
    axes.set_yticks([i - 0.5 for i in range(1, size)], minor=True)
    axes.grid(which="minor", color=INK, alpha=0.1, linewidth=0.6)
    axes.tick_params(which="both", length=0)
    right, total = sum(matrix[i][i] for i in range(size)), sum(map(sum, matrix))
    drawn = svg(figure, f"Confusion matrix of {size} classes: {right} of {total} records on the diagonal.")
    words = [f"{classes[r]} taken for {classes[c]}: {n}" for r, c, n, _ in cells]
    return _named(drawn, {url: said for url, said in zip(urls, words, strict=True) if url})


def _named(drawn: str, names: Mapping[str, str]) -> str:
    """Give the links of a drawing a name each; a drawing with links is no image to assistive technology."""
    for url, name in names.items():
        own = f'<a href="{url}" aria-label="{escape(name)}"'  # on the same page, not in a new tab
        drawn = drawn.replace(f'<a xlink:href="{url}" target="_blank"', own)
    return drawn.replace('role="img"', 'role="group"', 1) if names else drawn


def _marker(xs: Sequence[float]) -> str:
    return "o" if len(xs) == 1 else ""  # one point makes no line


def style(axes: Axes, x: str, y: str) -> None:
    """Name both axes and give them the page's ink."""
    axes.set_xlabel(x, color=INK, parse_math=False)
    axes.set_ylabel(y, color=INK, parse_math=False)
    axes.tick_params(colors=INK)
    for spine in axes.spines.values():
        spine.set(color=INK, alpha=0.3)


FONT: Any = {"font.family": "DejaVu Sans", "font.size": 9}


def svg(figure: Figure, alt: str) -> str:
    """Write the figure with its text as text, `alt` for those who cannot see it, and no ids that could clash."""
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    settings = matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": alt, **FONT})
    with settings, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the browser has the glyph
        figure.savefig(buffer, format="svg", transparent=True, bbox_inches="tight", pad_inches=0.05, metadata=nothing)
    text = re.sub(r'<g id="[^"]*"', "<g", buffer.getvalue()[buffer.getvalue().index("<svg") :])
    for attribute in ("fill", "stroke"):
        text = text.replace(f"{attribute}: {INK}", f"{attribute}: currentColor")
    return text.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)


def pdf(figure: Figure, file: Path) -> None:
    """Write the figure as a page of its size, the same bytes whenever it is written."""
    nothing = dict.fromkeys(("Creator", "Producer", "CreationDate"))
    with matplotlib.rc_context({"pdf.fonttype": 42, **FONT}), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(file, format="pdf", bbox_inches="tight", pad_inches=0.05, metadata=nothing)
