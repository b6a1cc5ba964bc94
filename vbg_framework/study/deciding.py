"""What decides in a study: tasks and metrics. Light."""

from __future__ import annotations


class Deciding:
    """Something with the tasks and the metrics that decide.

    Attributes:
        tasks, metrics: their names, at least one each.
    """

    tasks: tuple[str, ...]
    metrics: tuple[str, ...]

    @property
    def metric(self) -> str:
        """The first metric that decides."""
        return self.metrics[0]

    @property
    def cells(self) -> list[tuple[str, str]]:
        """Every task that decides with every metric that decides: one family of comparisons."""
        return [(task, metric) for task in self.tasks for metric in self.metrics]
