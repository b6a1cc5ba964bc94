"""Runs that were made without a plan, compared as far as they go together. Exploratory by definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.run_folder import RunFolder, list_runs
from vbg_framework.learning.evaluation.metrics import metric_class, numbers
from vbg_framework.statistics import Design, Difference, Outcomes, compare
from vbg_framework.statistics.pairs import Replicate
from vbg_framework.study.comparison.answers import read_outcomes, same_records
from vbg_framework.study.comparison.comparisons import resplit

WARNING = (
    "Exploratory: nothing was decided before these runs, so there is no verdict. What was chosen after looking proves "
    "nothing; a study (vbg compare) fixes its question first."
)
Seeds = str  # `<split seed>/<seed>`: runs that share both are a pair


@dataclass(frozen=True)
class Existing:
    """What existing runs say.

    Args:
        task, metric: that were compared.
        control: the experiment all others are compared with.
        runs: experiment -> finished runs.
        means: experiment -> mean of the metric over them; None if it is undefined.
        differences: one per other experiment.
        notes: what must be known before the numbers.
    """

    task: str
    metric: str
    control: str
    runs: dict[str, int]
    means: dict[str, float | None]
    differences: list[Difference]
    notes: list[str]


def compare_runs(root: Path, names: Sequence[str], *, task: str | None = None, metric: str = "macro_f1") -> Existing:
    """Compare the finished runs of some experiments with those of the first, paired by split seed and seed.

    Args:
        root: the folder of all runs.
        names: experiments, the control first.
        task: of the metric; None = the first task of the control.
        metric: that all of them measured.

    Raises:
        VBGError: an experiment has no finished run, or lacks the task, or nobody knows the metric.
    """
    higher_is_better = metric_class(metric).higher_is_better
    if len(set(names)) < 2:
        raise VBGError("vbg compare-runs", "needs two experiments or more", "Name the control first.")
    results = {name: _runs(root, name) for name in names}
    control = names[0]
    task = task or next(iter(next(iter(results[control].values())).config()["experiment"]["tasks"]))
    scores = {name: {key: run.metrics() for key, run in runs.items()} for name, runs in results.items()}
    table: dict[str, dict[Replicate, float | None]] = {
        name: {key: _value(name, m, task, metric) for key, m in runs.items()} for name, runs in scores.items()
    }
    answers = {name: _answers(runs, scores[name], task) for name, runs in results.items()}
    design = _design(results, scores, answers)
    differences = compare(table, control, design=design, higher_is_better=higher_is_better)
    values = {name: [v for v in row.values() if v is not None] for name, row in table.items()}
    return Existing(
        task, metric, control,
        runs={name: len(runs) for name, runs in results.items()},
        means={name: sum(row) / len(row) if row else None for name, row in values.items()},
        differences=differences,
        notes=list(_notes(results, scores, answers, control)),
    )  # fmt: skip


def _runs(root: Path, name: str) -> dict[Seeds, RunFolder]:
    """Seeds -> the newest finished run of an experiment."""
    finished = [run for run in list_runs(root, name) if run.state == "finished"]
    if not finished:
        raise VBGError("vbg compare-runs", f"no finished run of '{name}' in {root}", "List them with: vbg runs.")
    return {_seeds(run.config()["experiment"]): run for run in finished}


def _seeds(experiment: dict[str, Any]) -> Seeds:
    return f"{(experiment.get('split') or {}).get('seed', 42)}/{experiment.get('seed', 42)}"


def _value(name: str, metrics: dict[str, Any], task: str, metric: str) -> float | None:
    if task not in metrics["test"]:
        raise VBGError(name, f"has no task '{task}'", did_you_mean(task, metrics["test"]))
    if metric not in metrics["test"][task]:
        raise VBGError(name, f"did not measure {metric}", did_you_mean(metric, numbers(metrics["test"][task])))
    return metrics["test"][task][metric]


def _answers(runs: dict[Seeds, RunFolder], scores: dict[Seeds, Any], task: str) -> dict[Seeds, Outcomes]:
    results = {
        key: read_outcomes(run.path / "predictions.parquet", task, scores[key]["test"][task]["classes"])
        for key, run in runs.items()
    }
    return {key: outcomes for key, outcomes in results.items() if outcomes is not None}


def _design(results: dict[Any, Any], scores: dict[Any, Any], answers: dict[str, dict[Seeds, Outcomes]]) -> Design:
    """Re-split, if runs divide the data with different seeds; else one test split for all."""
    every = [metrics for runs in scores.values() for metrics in runs.values()]
    drawn = {key.partition("/")[0] for runs in results.values() for key in runs}
    tested = [outcomes for runs in answers.values() for outcomes in runs.values()]
    if len(drawn) < 2 or not tested or all(metrics["data"]["split"] == "given" for metrics in every):
        return Design("fixed")
    return resplit(tested, [metrics["data"]["counts"] for metrics in every])


def _notes(
    results: dict[Any, Any], scores: dict[Any, Any], answers: dict[str, dict[Seeds, Outcomes]], control: str
) -> Iterator[str]:
    runs = [run for each in results.values() for run in each.values()]
    if len({run.environment().get("data_fingerprint") for run in runs}) > 1:
        yield "The runs have different data."
    steps = {name: {metrics["steps"] for metrics in each.values()} for name, each in scores.items()}
    if len(set().union(*steps.values())) > 1:
        message = "; ".join(f"{name} {', '.join(map(str, sorted(each)))}" for name, each in steps.items())
        yield f"They were trained for different numbers of steps, which alone can make a difference: {message}."
    for name, each in answers.items():
        other = [key for key in each if key in answers[control] and not same_records(each[key], answers[control][key])]
        if other:
            yield f"{name} and {control} were tested on different records: {', '.join(other)} (split seed/seed)."
