"""The training loop: one function, read top to bottom."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import send_to_device
from accelerate.utils.memory import should_reduce_batch_size

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.seeds import derive, seed_everything
from vbg_framework.config.experiment import TrainConfig
from vbg_framework.contracts.interfaces import Fold
from vbg_framework.learning.adversary import AdversarialHead, reversal_strength
from vbg_framework.learning.batch import Batch, Collate, Steps, training_loader
from vbg_framework.learning.checkpoint import Progress, load_best, load_checkpoint, save_best, save_checkpoint
from vbg_framework.learning.evaluation.metrics import evaluate, mean_over_tasks
from vbg_framework.learning.inference import Answers, answer
from vbg_framework.learning.loss import StepLoss
from vbg_framework.learning.model import Model
from vbg_framework.learning.optimiser import build_optimiser, rate_factor, set_rate
from vbg_framework.learning.training_rules import Rules
from vbg_framework.screen import Screen

Notify = Callable[..., None]


@dataclass
class Training:
    """What a training needs besides the model.

    Args:
        setup: budget and optimiser.
        seed: the experiment's seed.
        train, validation: items of the two splits.
        collate: turns training items into batches, random transforms included.
        plain: the same without random transforms, for evaluation.
        run: where checkpoints and metrics go.
        accelerator: device, precision and processes.
        screen: where people look.
        notify: calls observer hooks.
        synthetic_weight: weight of a generated record in the loss; a real one has 1.
        name: what people see beside the progress bar.
        groups: positions of the training items of each class, to be drawn equally often; empty = the natural order.
        folds: of the training items, for a head that is fitted; empty = it is measured on the validation split.
        rules: metrics, optimiser and schedule.
    """

    setup: TrainConfig
    seed: int
    train: Sequence
    validation: Sequence
    collate: Collate
    plain: Collate
    run: RunFolder
    accelerator: Accelerator
    screen: Screen
    notify: Notify
    rules: Rules
    synthetic_weight: float = 1.0
    name: str = "Training"
    groups: Sequence[Sequence[int]] = ()
    folds: Sequence[Fold] = ()
    micro: int = field(init=False)

    def __post_init__(self) -> None:
        share = math.ceil(self.setup.batch_size / self.accelerator.num_processes)
        self.micro = min(share, self.setup.micro_batch_size or share)

    @property
    def checkpoints(self) -> Any:
        """Folder of the checkpoints."""
        return self.run.path / "checkpoints"

    def log(self, line: Mapping[str, Any]) -> None:
        """Write a line of metrics, once however many processes train."""
        if self.accelerator.is_main_process:
            self.run.append(line)


def train(model: Model, training: Training) -> Progress:
    """Train to the end of the budget (or until `patience` runs out) and load the best weights into `model`.

    Goes on from the newest checkpoint if the run folder holds one.

    Raises:
        VBGError: the loss is not finite, or a single record does not fit into memory.
    """
    optimiser = build_optimiser(model, training.setup, training.rules.optimizer)
    wrapped, optimiser = training.accelerator.prepare(model, optimiser)
    progress = load_checkpoint(training.checkpoints, model, optimiser) or Progress()
    training.run.forget_after(progress.step)
    with training.screen.progress(training.name, training.setup.steps, progress.step) as bar:
        while not _finished(progress, training.setup):
            try:
                _advance(wrapped, optimiser, progress, training, bar)
            except RuntimeError as error:
                if not should_reduce_batch_size(error):
                    raise
                optimiser.optimizer.zero_grad()
                _halve(training)
    training.accelerator.wait_for_everyone()
    load_best(training.checkpoints, model, progress.best_digest)
    return progress


def _advance(model: Any, optimiser: Any, progress: Progress, training: Training, bar: Any) -> None:
    """Optimiser steps from `progress.step` on, with all that happens between them."""
    setup, accelerator = training.setup, training.accelerator
    steps = Steps(
        len(training.train), setup.batch_size, training.micro,
        seed=training.seed, start=progress.step, stop=setup.steps,
        process=accelerator.process_index, processes=accelerator.num_processes, groups=training.groups,
    )  # fmt: skip
    every = setup.evaluate_every or math.ceil(setup.steps / 20)
    log_every = max(1, min(every, setup.steps // 100))
    accelerator.gradient_accumulation_steps, accelerator.step = steps.passes, 0
    loader = iter(training_loader(training.train, steps, training.collate, setup.workers))
    model.train()
    head = accelerator.unwrap_model(model).classifier
    loss: float | torch.Tensor = 0.0
    since = saved = time.perf_counter()
    logged = progress.step
    while not _finished(progress, setup):
        set_rate(optimiser, rate_factor(progress.step, setup, training.rules.schedule))
        if isinstance(head, AdversarialHead):
            head.strength = reversal_strength(progress.step / setup.steps)
        loss = loss + _step(model, optimiser, [next(loader) for _ in range(steps.passes)], progress.step, training)
        progress.step += 1
        bar.advance()
        evaluating = progress.step % every == 0 or progress.step == setup.steps
        if evaluating or progress.step % log_every == 0:
            now, count = time.perf_counter(), progress.step - logged
            progress.seconds += now - since
            more = head.told(accelerator) if isinstance(head, AdversarialHead) else {}
            line = _train_line(loss, count, now - since, optimiser, progress, training, more)
            bar.show(loss=line["loss"], items_per_second=line["items_per_second"])
            loss, since, logged = 0.0, now, progress.step
        if evaluating:
            better = validate(model, progress, training, bar)
            progress.seconds += time.perf_counter() - since
            since = time.perf_counter()
        due = time.perf_counter() - saved >= setup.checkpoint_seconds
        if (evaluating and better) or (logged == progress.step and due) or _finished(progress, setup):
            _save(model, optimiser, progress, training)
            saved = time.perf_counter()


def _step(model: Any, optimiser: Any, batches: Sequence[Batch], step: int, training: Training) -> float | torch.Tensor:
    """One optimiser step over the micro-batches of this process; returns their part of its loss."""
    accelerator = training.accelerator
    total: float | torch.Tensor = 0.0
    classifier, labels = accelerator.unwrap_model(model).classifier, [_labels(batch, accelerator) for batch in batches]
    share = StepLoss(
        classifier, labels, training.synthetic_weight, accelerator.num_processes, partial(_summed, accelerator)
    )
    for number, batch in enumerate(batches):
        seed_everything(derive(training.seed, "step", step, number, accelerator.process_index))  # dropout
        batch = send_to_device(batch, accelerator.device, non_blocking=True)
        with accelerator.accumulate(model):
            logits = model(batch)
            loss = share(number, logits, batch)
            accelerator.backward(loss * len(batches))  # accumulate() divides by the number of passes
            if accelerator.sync_gradients and training.setup.clip:
                accelerator.clip_grad_norm_(model.parameters(), training.setup.clip)
            optimiser.step()
            optimiser.zero_grad()
        total = total + loss.detach()
    return total


def _labels(batch: Batch, accelerator: Accelerator) -> Any:
    """The batch on the device, without the inputs, of which one batch at a time is there."""
    labels = {key: value for key, value in batch.items() if key != "inputs"}
    return send_to_device(labels, accelerator.device, non_blocking=True)


def _summed(accelerator: Accelerator, tensor: torch.Tensor) -> torch.Tensor:
    if accelerator.num_processes == 1:
        return tensor
    return accelerator.reduce(tensor.to(accelerator.device), reduction="sum")


def _train_line(
    loss: Any, count: int, seconds: float, optimiser: Any, progress: Progress, training: Training, more: Mapping
) -> dict:
    """Log the mean loss since the last line, and more.

    Raises:
        VBGError: it is not finite.
    """
    mean = float(training.accelerator.reduce(loss / count, reduction="mean"))
    if not math.isfinite(mean):
        where = f"{training.run.name}: step {progress.step}"
        fix = "Lower train.learning_rate or train.encoder_learning_rate, or set train.precision=fp32."
        raise VBGError(where, f"the loss is not finite, got {mean}", f"{fix} Earlier checkpoints are kept.")
    rate = max(group["lr"] for group in optimiser.param_groups)
    speed = count * training.setup.batch_size / seconds
    line = {
        "kind": "train",
        "step": progress.step,
        "loss": mean,
        "learning_rate": rate,
        "items_per_second": round(speed, 1),
        **more,
    }
    training.log(line)
    return line


def validate(model: Any, progress: Progress, training: Training, bar: Any, found: Answers | None = None) -> bool:
    """Evaluate on the validation split; True if the model is the best so far, which is then saved.

    Args:
        found: answers that are measured instead of those for the validation split.
    """
    setup = training.setup
    found = found or answer(
        model, training.validation, training.plain,
        batch_size=training.micro, accelerator=training.accelerator, workers=setup.workers,
    )  # fmt: skip
    rules, name = training.rules, training.rules.selects
    scores = evaluate(training.plain.tasks, found.probabilities, found.targets, rules.metrics)
    value = mean_over_tasks(scores, name)
    if value is None:
        what = f"{name} cannot be computed, because the validation split holds too few classes"
        raise VBGError(f"{training.run.name}: train.metric", what, "Use macro_f1, or enlarge the validation split.")
    sign = 1 if rules.metrics[name].higher_is_better else -1
    better = progress.best is None or sign * (value - progress.best) > 0
    if better:
        progress.best, progress.best_step, progress.stale = value, progress.step, 0
        if training.accelerator.is_main_process:
            progress.best_digest = save_best(training.checkpoints, training.accelerator.unwrap_model(model))
    else:
        progress.stale += 1
    line = _validation_line(scores, progress.step, name)
    training.log(line)
    training.notify("vbg_epoch_finished", run=training.run, step=progress.step, metrics=line)
    bar.show(**{name: value})
    return better


def _validation_line(scores: Mapping[str, Any], step: int, metric: str) -> dict[str, Any]:
    means = {name: mean_over_tasks(scores, name) for name in dict.fromkeys((metric, "accuracy", "macro_f1"))}
    plain = {t: {k: v for k, v in s.items() if isinstance(v, int | float)} for t, s in scores.items()}
    return {"kind": "validation", "step": step, "loss": mean_over_tasks(scores, "log_loss"), **means, "tasks": plain}


def _save(model: Any, optimiser: Any, progress: Progress, training: Training) -> None:
    if training.accelerator.is_main_process:
        save_checkpoint(training.checkpoints, training.accelerator.unwrap_model(model), optimiser, progress)


def _finished(progress: Progress, setup: TrainConfig) -> bool:
    return progress.step >= setup.steps or (setup.patience is not None and progress.stale >= setup.patience)


def _halve(training: Training) -> None:
    if training.micro == 1 or training.accelerator.num_processes > 1:
        what = f"out of memory with {training.micro} records per pass"
        raise VBGError(
            f"{training.run.name}: train", what, "Set a smaller train.micro_batch_size, model or image size."
        )
    training.micro = math.ceil(training.micro / 2)
    training.screen.say(f"Out of memory: going on with {training.micro} records per pass and accumulation.")
