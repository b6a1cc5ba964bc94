"""The reports of the rounds of a run: told once, kept in `rounds.json`, and what follows from their scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbg_framework.learning.job import Job

FILE = "rounds.json"


class RoundReports(list[dict[str, Any]]):
    """One report per round, in their order.

    Args:
        job: the run.
        higher_is_better: of the score.
    """

    def __init__(self, job: Job, higher_is_better: bool) -> None:
        super().__init__()
        self._job, self._sign = job, 1 if higher_is_better else -1
        self._loop = job.resolved.experiment.loop

    def tell(self, report: dict[str, Any]) -> None:
        """Write and announce the report of a round, unless it was announced before an interruption."""
        run = self._job.run
        earlier = run.read_json(FILE) if (run.path / FILE).exists() else []
        if len(earlier) >= report["round"]:
            self.append(earlier[report["round"] - 1])
            return
        self.append(report)
        self._job.screen.say(f"{self.name(report['round'])}: {_line(report)}.")
        if self._job.state.is_main_process:
            run.write_json(FILE, self)
        self._job.notify("vbg_round_finished", run=run, round=report["round"], report=report)

    def used(self) -> int:
        """The round whose records the last classifier trains on."""
        return self._best()["round"] if self.stale() else self._loop.rounds

    def stale(self) -> bool:
        """Whether the last `loop.patience` rounds brought nothing better."""
        patience, scored = self._loop.patience, self._scored()
        return patience is not None and bool(scored) and scored[-1]["round"] - self._best()["round"] >= patience

    def name(self, number: int) -> str:
        """What people see of a round."""
        return f"Round {number}/{self._loop.rounds}"

    def _scored(self) -> list[dict[str, Any]]:
        return [report for report in self if report["score"] is not None]

    def _best(self) -> dict[str, Any]:
        """The first of the rounds with the best score."""
        return max(self._scored(), key=lambda report: self._sign * report["score"])


def _line(report: Mapping[str, Any]) -> str:
    requested, kept = sum(report["asked"].values()), sum(report["kept"].values())
    dropped = {reason: sum(counts.values()) for reason, counts in report["dropped"].items()}
    lost = ", ".join(f"{reason} {count}" for reason, count in dropped.items())
    score = "" if report["score"] is None else f"; score on the inner validation part {report['score']:.3f}"
    lost = f" (dropped: {lost})" if lost else ""
    same = report.get("diversity")
    varied = f"; pictures of a class differ {same['ratio']:.0%} as much as real ones" if same else ""
    return f"asked for {requested}, kept {kept}{lost}{varied}{score}"
