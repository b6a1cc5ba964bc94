"""The amount of synthetic data, chosen on class-balanced validation loss."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.seeds import derive
from vbg_framework.config.registry import Resolved
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.data.loading.items import Items
from vbg_framework.learning.evaluation.calibration import log_loss
from vbg_framework.learning.inference import Answers
from vbg_framework.learning.job import Job
from vbg_framework.learning.mixed import Mixed
from vbg_framework.learning.portion import first_part
from vbg_framework.learning.prediction.by_record import by_record
from vbg_framework.learning.trained import Material, Trained, train_classifier

FOLDER = "amounts"
"""Of a run: a folder per amount, with the curves of its training."""
LOGS = ("metrics.jsonl", "members.json")
"""What a training leaves beside its checkpoints; those of the kept one become the run's."""


@dataclass(frozen=True)
class Choice:
    """The classifier that is kept.

    Args:
        trained: it.
        material: what it was trained with.
        account: what `metrics.json` says: `task`, `chosen`, and of every amount in `tried` the `records` it took of the
            pool (None = vectors), the `loss`, `steps` and `seconds` of training and measuring.
    """

    trained: Trained
    material: Material
    account: Mapping[str, Any]


def check_amounts(resolved: Resolved) -> None:
    """Amounts are of new records or vectors; said before any work is done.

    Raises:
        VBGError: the augmenter makes neither.
    """
    if resolved.experiment.mix.amounts is None:
        return
    part = resolved.parts["augmenter"].component
    made = part.load()
    if made.generate is Augmenter.generate and made.resample is Augmenter.resample:
        what = f"amounts are of new records or vectors, got '{part.name}', which only changes items"
        raise VBGError(f"experiments.{resolved.name}.mix.amounts", what, "Leave it out, or choose another augmenter.")


def choose_amount(job: Job, material: Material) -> Choice:
    """Train a classifier with every amount in `mix.amounts`; keep that of the least class-balanced validation loss.

    Of equal ones the smallest amount is kept. Trainings that are finished come back at once, so a run that was
    interrupted chooses as one that was not.

    Args:
        job: the run.
        material: with all that was generated.

    Raises:
        VBGError: no validation record has a class that is trained on.
    """
    task, tried, best = job.resolved.experiment.scarce_task, [], None
    for amount in job.resolved.experiment.mix.amounts or ():
        part = with_amount(material, amount, task, derive(job.resolved.experiment.seed, "amounts"))
        trained, line = _tried(job, part, amount, task)
        tried.append(line)
        if best is None or line["loss"] < best[0]:
            best = line["loss"], amount, trained, part
    assert best is not None
    _, chosen, trained, part = best
    job.screen.say(f"Amount {chosen:g} of what was generated is kept: least class-balanced validation loss of {task}.")
    _adopt(job, chosen)
    return Choice(trained, part, {"task": task, "chosen": chosen, "tried": tried})


def with_amount(material: Material, amount: float, task: str, seed: int) -> Material:
    """The same with a part of what was generated; nested, and each class gives the same share (see `nested`).

    Args:
        material: with all that was generated.
        amount: the share to keep.
        task: the task whose classes are told apart.
        seed: of the order.
    """
    resampling = material.resampling and replace(material.resampling, amount=amount)
    if not isinstance(material.train, Mixed):
        return replace(material, resampling=resampling)
    real, made = material.train.real, material.train.made
    chosen = first_part([str(made.target(task, i)) for i in range(len(made))], amount, seed)
    train = Mixed(real, made.select(chosen), material.train.mix)
    return replace(material, train=train, tasks=train.tasks(real.tasks), resampling=resampling)


def balanced_loss(answers: Answers, task: str) -> float:
    """Mean over classes of the mean cross-entropy of their records, in nats; as macro-F1, it counts classes alike.

    Args:
        answers: what a model says of validation records.
        task: with one class per record. A class that nothing was learnt of is left out.

    Raises:
        VBGError: no record is left.
    """
    target, said = answers.calibrating(task), answers.probabilities[task]
    classes = np.unique(target[target >= 0])
    if not len(classes):
        what = f"the loss of '{task}' cannot be measured, got no validation record with a class that is trained on"
        raise VBGError("mix.amounts", what, "Enlarge the validation split, or leave `mix.amounts` out.")
    return float(np.mean([log_loss(said[target == each, each]) for each in classes]))


def _tried(job: Job, material: Material, amount: float, task: str) -> tuple[Trained, dict[str, Any]]:
    run = RunFolder(job.run.path / FOLDER / str(amount))
    run.path.mkdir(parents=True, exist_ok=True)
    trained = train_classifier(job, run, material, lambda *_, **__: None, f"Amount {amount:g}: training")
    began = time.perf_counter()
    assert isinstance(material.validation, Items)
    _, said = by_record(material.validation, trained.ask(material.validation))
    loss, seconds = balanced_loss(said, task), trained.progress.seconds + time.perf_counter() - began
    job.screen.say(f"Amount {amount:g}: class-balanced validation loss of {task} {loss:.4f}.")
    made = len(material.train.made) if isinstance(material.train, Mixed) else None
    line = {"amount": amount, "records": made, "loss": loss, "steps": trained.progress.step}
    return trained, {**line, "seconds": round(seconds, 3)}


def _adopt(job: Job, amount: float) -> None:
    """Make the curves of the kept training the run's, and let observers hear of them."""
    if not job.state.is_main_process:
        return
    folder = job.run.path / FOLDER / str(amount)
    for name in LOGS:
        if (folder / name).exists():
            job.run.write_text(name, (folder / name).read_text())
    for line in job.run.lines():
        if line["kind"] == "validation":
            job.notify("vbg_epoch_finished", run=job.run, step=line["step"], metrics=line)
