"""The section of the report."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.parquet as pq
from matplotlib.figure import Figure

from vbg_framework import Grid, Plot, ReportSection
from vbg_framework.toolkit import RunFolder
from vbg_short_list.ranks import ranks


class ShortList(ReportSection):
    """How often the right class stands on a list of likely ones."""

    title = "Lists of likely classes"

    def content(self, run: RunFolder) -> Iterator[str | Grid | Plot]:
        """A table and a plot over all tasks with one class per record."""
        shares = self._shares(run) if run.measured else {}
        if not shares:
            return
        lengths = range(1, self.config.longest + 1)
        yield "Somebody who decides may look at several likely classes. The right one is among them so often:"
        yield Grid(
            ["task", *map(str, lengths)], [[task, *row] for task, row in shares.items()], "Share by length of the list"
        )
        yield Plot(_lines(shares), f"Share of right classes on lists of 1 to {self.config.longest}")

    def _shares(self, run: RunFolder) -> dict[str, list[float]]:
        """Task -> share of test records, one per length."""
        rows, found = pq.read_table(run.path / "predictions.parquet").to_pydict(), {}
        for task, scores in run.metrics()["test"].items():
            known = [i for i, truth in enumerate(rows[task]) if isinstance(truth, str)]
            if known:
                right = np.array([scores["classes"].index(rows[task][i]) for i in known])
                places = ranks(np.array([rows[f"{task}_probabilities"][i] for i in known]), right)
                found[task] = [float((places <= length).mean()) for length in range(1, self.config.longest + 1)]
        return found


def _lines(shares: dict[str, list[float]]) -> Figure:
    figure = Figure(figsize=(4, 2.6))
    axes = figure.subplots()
    for task, row in shares.items():
        axes.plot(range(1, len(row) + 1), row, marker="o", label=task.replace("$", r"\$"))
    axes.set(ylim=(0, 1.02), xlabel="classes on the list", ylabel="share of records")
    axes.legend(frameon=False)
    return figure
