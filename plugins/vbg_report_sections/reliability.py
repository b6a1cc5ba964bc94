"""Whether probabilities can be taken at their word."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from vbg_framework import Grid, Plot, ReportSection
from vbg_framework.toolkit import RunFolder
from vbg_report_sections.answered import answered


class Reliability(ReportSection):
    """Reliability diagram (DeGroot and Fienberg 1983): share of right answers beside the stated probability."""

    title = "Reliability"

    def content(self, run: RunFolder) -> Iterator[str | Grid | Plot]:
        """A plot and a table per task with one class per record, from the predictions of the test split."""
        for task, confidence, right in answered(run):
            yield from self._shown(task, confidence, right)

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
