"""The trials of an arm: ordinary runs with other options, which see training and validation records alone."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import Interrupted, VBGError
from vbg_framework.base.jsonl import append_line, read_lines, write_lines
from vbg_framework.base.run_folder import CONFIG, RunFolder
from vbg_framework.config.environment import environment
from vbg_framework.config.options import merge
from vbg_framework.config.plugin_versions import plugin_versions
from vbg_framework.config.plugins import Plugins
from vbg_framework.runs.execute import execute
from vbg_framework.screen import Screen
from vbg_framework.study.comparison.expenses import seconds_of
from vbg_framework.study.comparison.results import SCARCE, higher_is_better, scarce_recall
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.make import resolve_trial
from vbg_framework.study.plan import Plan, Trial
from vbg_framework.study.tuning.choice import TRIALS, Told, best, nested, words
from vbg_framework.study.tuning.search import propose

UNSEEN: dict[str, Any] = {"loop": {"quality": False}}
"""What a trial leaves out, because its score does not depend on it."""


@dataclass(frozen=True)
class Copied:
    """What a `duplicate` control has from the run that it copies.

    Args:
        quota: class -> copies; None = it is no such control.
        options: its mix, which tuning may have changed.
    """

    quota: Mapping[str, int] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def tuned(folder: StudyFolder, trial: Trial, copied: Copied, plugins: Plugins, screen: Screen) -> dict[str, Any]:
    """The options that were chosen for a run; trials that are missing are made first. Empty without tuning.

    Replicates with the same test objects are tuned once, in the first of them. What is finished is never tried again.

    Args:
        folder: the study.
        trial: the run.
        copied: what it has from another run.
        plugins: where components are looked up.
        screen: shows progress.

    Raises:
        VBGError: a trial failed, or the run where the arm is tuned was not begun.
    """
    plan = folder.plan()
    tune, home = plan.arm(trial.arm).tune, plan.home(trial)
    if tune is None:
        return {}
    search, place = _Search(plan, home, tune, copied, plugins, screen), folder.tuning(home)
    place.path.mkdir(parents=True, exist_ok=True)
    with place.locked():
        told = read_lines(place.path / TRIALS, Told)
        if home != trial and len(told) < tune["trials"]:
            raise VBGError(
                str(trial), f"its options are chosen in {home}, which is not finished", "Run that one first."
            )
        write_lines(place.path / TRIALS, told)
        while len(told) < tune["trials"]:
            told.append(search.next(place.path, told))
            append_line(place.path / TRIALS, told[-1])
        for left in place.path.glob("[0-9]*"):
            shutil.rmtree(left)
    return nested(best(told, higher=search.higher)["params"])


@dataclass(frozen=True)
class _Search:
    """The trials of an arm, one after the other."""

    plan: Plan
    home: Trial
    tune: Mapping[str, Any]
    copied: Copied
    plugins: Plugins
    screen: Screen

    @property
    def higher(self) -> bool:
        return higher_is_better(self.tune["metric"])

    def next(self, place: Path, told: list[dict[str, Any]]) -> dict[str, Any]:
        """One trial more; what was tried before gives the same again."""
        params = propose(self.tune, told, seed=self.plan.replicate(self.home).seed, higher=self.higher)
        if again := next((each for each in told if each["params"] == params), None):
            return {**again, "seconds": 0.0}
        number = len(told) + 1
        self.screen.say(f"Trial {number} of {self.tune['trials']} of {self.home}: {words(params)}")
        run = RunFolder(place / f"{number:02d}")
        try:
            self._run(run, params)
        except Interrupted:
            raise
        except VBGError as error:
            what, fix = f"failed with {words(params)} ({error})", "Resume the study, or narrow `tune` in a new one."
            raise VBGError(f"{self.home}: trial {number}", what, fix) from error
        metrics = run.read_json("metrics.json", dict[str, Any])
        took = round(seconds_of(metrics, run.rounds()), 3)
        return {"params": params, "score": self._score(metrics), "seconds": took}

    def _run(self, run: RunFolder, params: Mapping[str, Any]) -> None:
        if not (run.path / CONFIG).exists():
            chosen = merge(merge(self.copied.options, nested(params)), UNSEEN)
            resolved = resolve_trial(self.plan, self.home, self.plugins, self.copied.quota, chosen)
            given = resolved.options(), environment(self.plugins), plugin_versions(resolved)
            RunFolder.begin(run.path, resolved.name, *given)
        execute(run, self.plugins, self.screen, lasting=False, tested=False)

    def _score(self, metrics: Mapping[str, Any]) -> float:
        """The metric that judges, of the first task that decides, on validation records."""
        metric, task = self.tune["metric"], self.plan.tasks[0]
        scores = metrics["validation"][task]
        value = scarce_recall(metrics, task, "validation") if metric == SCARCE else scores.get(metric)
        if value is None:
            what = f"{metric} of {task} cannot be measured on validation, got {scores['n']} records"
            fix = "Give validation more records (`split.ratios`), or leave out `tune`."
            raise VBGError(f"{self.home}: tuning", what, fix)
        return float(value)
