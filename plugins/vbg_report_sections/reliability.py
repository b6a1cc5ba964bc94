"""Whether probabilities can be taken at their word."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.parquet as pq
from matplotlib.figure import Figure

from vbg_framework import Grid, Plot, ReportSection
from vbg_framework.toolkit import RunFolder

FILE = "predictions.parquet"


class Reliability(ReportSection):
    """Reliability diagram (DeGroot and Fienberg 1983): share of right answers beside the stated probability."""

    title = "Reliability"

    def content(self, run: RunFolder) -> Iterator[str | Grid | Plot]:
        """A plot and a table per task with one class per record, from the predictions of the test split."""
        if not (run.path / FILE).exists():
            return
        rows = pq.read_table(run.path / FILE).to_pydict()
        for task in run.config()["experiment"]["tasks"]:
            known = [i for i, truth in enumerate(rows.get(task, ())) if isinstance(truth, str)]
            if known:
                said = np.array([max(rows[f"{task}_probabilities"][i]) for i in known])
                right = np.array([rows[f"{task}_predicted"][i] == rows[task][i] for i in known])
                yield from self._shown(task, said, right)

    def _shown(self, task: str, said: np.ndarray, right: np.ndarray) -> Iterator[str | Grid | Plot]:
        bins = self.config.bins
        groups = np.minimum((said * bins).astype(int), bins - 1)
        filled = [group for group in range(bins) if (groups == group).any()]
        means = [(float(said[groups == g].mean()), float(right[groups == g].mean())) for g in filled]
        yield f"{task}: {len(said):,} answers, {said.mean():.1%} sure on average, {right.mean():.1%} right."
        yield Plot(_diagram(means), f"Reliability of {task}", f"{task}. On the line, probabilities come true.")
        counts = [f"{(groups == group).sum():,}" for group in filled]
        table = [[*pair, count] for pair, count in zip(means, counts, strict=True)]
        yield Grid(["mean probability", "share right", "records"], table, f"{task} in groups of probability")


def _diagram(means: list[tuple[float, float]]) -> Figure:
    figure = Figure(figsize=(3.6, 3.2))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], linewidth=0.8, linestyle="--", color="#8a8f3c")
    axes.plot(*zip(*means, strict=True), marker="o", color="#3b7dd8")
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="stated probability", ylabel="share right")
    return figure
