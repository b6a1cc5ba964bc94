"""How many answers may be taken without a look, and how often they are right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.figure import Figure

from vbg_framework import Grid, Plot, ReportSection
from vbg_framework.toolkit import RunFolder
from vbg_report_sections.answered import answered


class RiskCoverage(ReportSection):
    """Risk-coverage curve: accuracy of the most confident answers (El-Yaniv and Wiener 2010)."""

    title = "Risk and coverage"

    def content(self, run: RunFolder) -> Iterator[str | Grid | Plot]:
        """A plot and a table per task with one class per record, from the predictions of the test split."""
        for task, confidence, right in answered(run):
            share, accuracy, least = curve(confidence, right)
            yield f"{task}: if every answer is taken, {right.mean():.1%} of {len(right):,} are right."
            caption = f"{task}. The most confident answers first; the others are left to a person."
            yield Plot(_drawn(share, accuracy), f"Accuracy of {task} by the share of answers taken", caption)
            rows = [_row(wanted, share, accuracy, least) for wanted in self.config.accuracies]
            head = ["accuracy wanted", "answers taken", "from confidence"]
            yield Grid(head, rows, f"{task}: how many answers reach an accuracy on these records")


def curve(confidence: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of answers taken, their accuracy, and their least confidence; a point per different confidence."""
    order = np.argsort(-confidence, kind="stable")
    falling = confidence[order]
    ends = np.flatnonzero(np.append(falling[1:] < falling[:-1], True))  # answers of one confidence are taken together
    return (ends + 1) / len(right), np.cumsum(right[order])[ends] / (ends + 1), falling[ends]


def _row(wanted: float, share: np.ndarray, accuracy: np.ndarray, least: np.ndarray) -> list[str | float | None]:
    reached = np.flatnonzero(accuracy >= wanted)
    if not len(reached):
        return [f"{wanted:.0%}", "0%", None]
    return [f"{wanted:.0%}", f"{share[reached[-1]]:.0%}", float(least[reached[-1]])]


def _drawn(share: np.ndarray, accuracy: np.ndarray) -> Figure:
    figure = Figure(figsize=(3.6, 3.2))
    axes = figure.subplots()
    axes.step(share, accuracy, where="post", color="#3b7dd8")
    axes.set(xlim=(0, 1), ylim=(min(0.5, float(accuracy.min())), 1.01))
    axes.set(xlabel="share of answers taken", ylabel="accuracy")
    return figure
