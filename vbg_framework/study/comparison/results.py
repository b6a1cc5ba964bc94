"""The measurements of the finished runs of a study, as one long table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.publication import written
from vbg_framework.base.regular_file import regular
from vbg_framework.learning.evaluation.metrics import metric_class, numbers
from vbg_framework.statistics import shot_recalls
from vbg_framework.statistics.pairs import Replicate
from vbg_framework.statistics.shots import SHOTS
from vbg_framework.study.comparison.expenses import costs
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Plan, Trial
from vbg_framework.study.tuning.choice import TRIALS, Told

RECALLS = {f"recall_{shot}": shot for shot in SHOTS}
WORST = "recall_worst"
SCARCE = "recall_scarce"
OWN = (*RECALLS, WORST, SCARCE)
"""Metrics that a study works out itself: of all of them, higher is better."""
COLUMNS = pa.schema([("arm", pa.string()), ("replicate", pa.int64()), ("task", pa.string()), ("metric", pa.string()),
                     ("value", pa.float64())])  # fmt: skip

Gates = list[dict[str, Any]]


@dataclass(frozen=True)
class Excluded:
    """A run of the plan that counts for nothing.

    Args:
        trial: the run.
        reason: `missing` (not begun or not finished), `failed`, or `gate` (finished, but it failed a gate).
        about: why, in a sentence.
    """

    trial: Trial
    reason: Literal["missing", "failed", "gate"]
    about: str


@dataclass(frozen=True)
class Finished:
    """A run that counts.

    Args:
        path: its folder.
        metrics: `metrics.json`.
        experiment: its complete resolved options.
        environment: `environment.json`.
        rounds: `rounds.json`; empty if it generated nothing.
        trials: `trials.jsonl`, by which its options were chosen; empty without tuning.
        sharing: how many runs, with the same test objects, these trials were made for.
    """

    path: Path
    metrics: Mapping[str, Any]
    experiment: Mapping[str, Any]
    environment: Mapping[str, Any]
    rounds: Sequence[Mapping[str, Any]]
    trials: Sequence[Mapping[str, Any]] = ()
    sharing: int = 1

    @property
    def tuning_seconds(self) -> float | None:
        """Its part of what the trials took; None without tuning."""
        return sum(each["seconds"] for each in self.trials) / self.sharing if self.trials else None


@dataclass(frozen=True)
class Results:
    """The runs of a study.

    Args:
        plan: what was decided before the first run.
        intact: whether the plan is still as it was fixed.
        runs: run -> what it left; those that count.
        excluded: the other runs of the plan.
        gates: run -> what its gates said, of all runs that came so far.
    """

    plan: Plan
    intact: bool
    runs: Mapping[Trial, Finished]
    excluded: tuple[Excluded, ...]
    gates: Mapping[Trial, Gates]

    @cached_property
    def tasks(self) -> dict[str, list[str]]:
        """Task -> its classes, over all runs; those that decide come first."""
        results: dict[str, dict[str, None]] = {task: {} for task in self.plan.tasks}
        for run in self.runs.values():
            for task, scores in run.metrics["test"].items():
                results.setdefault(task, {}).update(dict.fromkeys(scores["classes"]))
        return {task: list(classes) for task, classes in results.items()}

    @cached_property
    def counts(self) -> dict[str, dict[str, int]]:
        """Task -> class -> real training records, the median over all runs: the same for all arms and replicates."""
        given = [run.metrics["data"]["classes"] for run in self.runs.values()]
        return {
            task: {name: int(median(run.get(task, {}).get(name, 0) for run in given)) for name in classes}
            for task, classes in self.tasks.items()
        }

    @cached_property
    def table(self) -> dict[tuple[str, str, str], dict[Replicate, float | None]]:
        """(arm, task, metric) -> replicate -> value. Costs belong to no task: there it is empty."""
        results: dict[tuple[str, str, str], dict[Replicate, float | None]] = {}
        for trial, run in self.runs.items():
            for task, metric, value in self._values(run):
                results.setdefault((trial.arm, task, metric), {})[trial.replicate] = value
        return results

    @property
    def original(self) -> Results:
        """Without what was added after results were seen."""
        plan = self.plan.original
        trials = set(plan.trials())
        runs = {trial: run for trial, run in self.runs.items() if trial in trials}
        gates = {trial: said for trial, said in self.gates.items() if trial in trials}
        excluded = tuple(each for each in self.excluded if each.trial in trials)
        return Results(plan, self.intact, runs, excluded, gates)

    def column(self, arm: str, metric: str, task: str = "") -> dict[Replicate, float | None]:
        """Replicate -> value, of all replicates of the plan; None = no value."""
        values = self.table.get((arm, task, metric), {})
        return {replicate.number: values.get(replicate.number) for replicate in self.plan.replicates}

    def mean(self, arm: str, metric: str, task: str = "") -> float | None:
        """Mean over the replicates that have a value."""
        values = [value for value in self.column(arm, metric, task).values() if value is not None]
        return sum(values) / len(values) if values else None

    def write(self, path: Path) -> None:
        """Write the long table: arm, replicate, task, metric, value."""
        rows = [(arm, number, task, metric, value) for (arm, task, metric), column in self.table.items()
                for number, value in column.items()]  # fmt: skip
        named = {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS.names)}
        with written(path) as partial:
            pq.write_table(pa.table(named, COLUMNS), partial)

    def _values(self, run: Finished) -> Iterator[tuple[str, str, float | None]]:
        for task, scores in run.metrics["test"].items():
            yield from ((task, metric, value) for metric, value in numbers(scores).items())
            recalls = {name: values["recall"] for name, values in scores["per_class"].items()}
            shots = shot_recalls(recalls, self.counts[task], many=self.plan.many, few=self.plan.few)
            yield from ((task, metric, shots[shot]) for metric, shot in RECALLS.items())
            yield task, WORST, min((value for value in recalls.values() if value is not None), default=None)
            if (value := scarce_recall(run.metrics, task)) is not None:
                yield task, SCARCE, value
        took = costs(run.metrics, run.rounds, run.experiment, run.tuning_seconds)
        yield from (("", metric, value) for metric, value in took.items())


def higher_is_better(metric: str) -> bool:
    """The direction of a metric of a study.

    Raises:
        VBGError: no installed plugin offers it.
    """
    return metric in OWN or metric_class(metric).higher_is_better


def gather(folder: StudyFolder) -> Results:
    """Read the runs of a study; those that are missing, failed, or failed a gate are listed instead.

    Raises:
        VBGError: a file is broken.
    """
    plan, intact = folder.fixed()
    runs, excluded, gates = {}, [], {}
    for trial in plan.trials():
        path = folder.run(trial).path
        if (said := folder.gates(trial)) is not None:
            gates[trial] = said
        why = _excluded(trial, path, gates.get(trial))
        if why:
            excluded.append(why)
        else:
            runs[trial] = _finished(folder, plan, trial)
    return Results(plan, intact, runs, tuple(excluded), gates)


def scarce_recall(metrics: Mapping[str, Any], task: str, split: str = "test") -> float | None:
    """Mean recall of the classes that the split made scarce; None if there are none, or none was asked about.

    Args:
        metrics: `metrics.json`.
        task: the task.
        split: whose answers.
    """
    names, per_class = (metrics["data"].get("scarce") or {}).get(task, ()), metrics[split][task]["per_class"]
    known = [recall for name in names if (recall := per_class.get(name, {}).get("recall")) is not None]
    return sum(known) / len(known) if known else None


def _excluded(trial: Trial, path: Path, gates: Gates | None) -> Excluded | None:
    if (path / "error.txt").exists():
        lines = regular(path / "error.txt").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return Excluded(trial, "failed", lines[-1] if lines else "failed without a word")
    if not path.exists():
        return Excluded(trial, "missing", "was not begun")
    if not (path / "metrics.json").exists():
        return Excluded(trial, "missing", "is not finished")
    if gates is None:
        return Excluded(trial, "missing", "has not been through its gates")
    broken = [f"{gate['name']}: {gate['about']}" for gate in gates if not gate["passed"]]
    return Excluded(trial, "gate", "; ".join(broken)) if broken else None


def _finished(folder: StudyFolder, plan: Plan, trial: Trial) -> Finished:
    run, shared = folder.run(trial), plan.replicate(trial).division
    return Finished(
        path=run.path,
        metrics=run.metrics(),
        experiment=run.config()["experiment"],
        environment=run.environment(),
        rounds=run.rounds(),
        trials=read_lines(folder.tuning(plan.home(trial)).path / TRIALS, Told),
        sharing=sum(each.division == shared for each in plan.replicates),
    )
