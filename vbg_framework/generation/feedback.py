"""The third step of the loop: an augmenter learns from a round before it makes the next one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from accelerate.utils import broadcast_object_list

from vbg_framework.base.cost import Meter, read_cost
from vbg_framework.base.publication import written
from vbg_framework.base.seeds import derive, isolated, seed_everything
from vbg_framework.contracts.lesson import Lesson
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.generation.inner import Inner, view_of
from vbg_framework.generation.pool import Pool
from vbg_framework.generation.supply import Supply
from vbg_framework.generation.verification.teacher import fit_teacher
from vbg_framework.learning.job import Job, new_accelerator

STATE, WORK, COST = "state", "work", "cost.json"


def taught_folder(run: Path, number: int) -> Path:
    """Where a run keeps what its augmenter learnt from a round: `state/` is there when it has."""
    return run / "rounds" / str(number) / "augmenter"


def learn_from(
    job: Job, prepared: Prepared, items: Items, supply: Supply, pool: Pool, report: Mapping[str, Any]
) -> Supply:
    """Let the augmenter learn from a round, and return it with what it learnt; a killed run goes on here.

    Args:
        job: the run.
        prepared: its data.
        items: the training split.
        supply: the augmenter and all it goes by.
        pool: the records of the round.
        report: of the round, with the recall of every class.
    """
    augmenter, experiment = supply.fitted.augmenter, job.resolved.experiment
    if not augmenter.learns_from_rounds:
        return supply
    number, known = report["round"], supply.inner.view
    if number + 1 == experiment.loop.rounds:  # nothing is measured on the inner validation part any more
        view = view_of(items, supply.task, prepared.fingerprint)
        supply = replace(supply, inner=Inner(items, supply.inner.measure, view))
    folder = taught_folder(job.run.path, number)
    [done] = broadcast_object_list([(folder / STATE).is_dir()])  # as the main process finds it
    if done:
        augmenter.load(folder / STATE)
    else:
        _learn(job, supply, known, pool, report)
    cost, spent = supply.fitted.cost, read_cost(folder / COST)
    total = cost + spent if spent else cost
    return replace(supply, fitted=replace(supply.fitted, learnt=folder / STATE, cost=total))


def _learn(job: Job, supply: Supply, known: TrainView, pool: Pool, report: Mapping[str, Any]) -> None:
    experiment, number = job.resolved.experiment, report["round"]
    folder, seed = taught_folder(job.run.path, number), derive(experiment.seed, "feedback", number)
    (folder / WORK).mkdir(parents=True, exist_ok=True)
    with Meter(folder / COST) if job.state.is_main_process else nullcontext(), isolated():
        lesson = _lesson(job, supply, known, pool, report)
        seed_everything(seed)
        supply.fitted.augmenter.feedback(
            lesson, accelerator=new_accelerator(experiment.train.precision, 0), seed=seed, folder=folder / WORK,
            screen=job.screen,
        )  # fmt: skip
    if job.state.is_main_process:
        with written(folder / STATE) as partial:
            partial.mkdir()
            supply.fitted.augmenter.save(partial)
        shutil.rmtree(folder / WORK / "checkpoints", ignore_errors=True)
    job.state.wait_for_everyone()
    if cost := read_cost(folder / COST):
        job.screen.say(f"Feedback  the augmenter learnt from round {number} in {cost.seconds:.0f} s.")


def _lesson(job: Job, supply: Supply, known: TrainView, pool: Pool, report: Mapping[str, Any]) -> Lesson:
    """The teacher learns from what the augmenter was fitted on, so that all rounds have the same one."""
    [need] = broadcast_object_list([supply.need(report["recall"])])  # the main process has the judge
    seed = derive(job.resolved.experiment.split.seed, "teacher")
    teacher = job.main_first(lambda: fit_teacher(known, seed=seed, screen=job.screen))
    return Lesson(report, supply.inner.view, need, pool.rejected(), teacher)
