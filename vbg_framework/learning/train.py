"""The training loop: one function, read top to bottom."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import send_to_device
from accelerate.utils.memory import should_reduce_batch_size
from torch.optim.swa_utils import AveragedModel

from vbg_framework.base.errors import VBGError
from vbg_framework.base.seeds import derive, seed_everything
from vbg_framework.config.train_config import TrainConfig
from vbg_framework.learning.adversary import AdversarialHead, reversal_strength
from vbg_framework.learning.batch import Batch, Steps, training_loader
from vbg_framework.learning.checkpoint import (
    Progress,
    has_checkpoint,
    load_best,
    load_checkpoint,
    save_best,
    save_checkpoint,
)
from vbg_framework.learning.loss import StepLoss
from vbg_framework.learning.model import Model
from vbg_framework.learning.optimiser import build_optimiser, rate_factor, set_rate
from vbg_framework.learning.training import Training
from vbg_framework.learning.validation import validate


def train(model: Model, training: Training, probe: Callable[[], Training] | None = None) -> Progress:
    """Train to the end of the budget (or until `patience` runs out) and load the best weights into `model`.

    Goes on from the newest checkpoint if the run folder holds one.

    Args:
        model: with its starting weights.
        training: all that it needs.
        probe: makes what comes first, while encoders rest; None = nothing does.

    Raises:
        VBGError: the loss is not finite, or a single record does not fit into memory.
    """
    wrapped, begun = training.accelerator.prepare(model), Progress()
    if probe is not None and not has_checkpoint(training.checkpoints):
        with model.at_rest():
            begun = _course(model, wrapped, probe(), begun)
        begun = replace(begun, stale=0, probe=begun.step, best_digest=_keep(model, training))
    return _course(model, wrapped, training, begun)


def _course(model: Model, wrapped: Any, training: Training, begun: Progress) -> Progress:
    """The probe, or what comes after it."""
    optimiser: Any = build_optimiser(model, training.setup, training.rules.optimizer)
    optimiser = training.accelerator.prepare(optimiser)
    average = AveragedModel(model, use_buffers=True) if training.setup.average else None
    progress = load_checkpoint(training.checkpoints, model, optimiser, average) or begun
    training.run.forget_after(progress.step)
    with training.screen.progress(training.name, training.setup.steps, progress.step) as bar:
        while not _finished(progress, training.setup):
            try:
                _advance(wrapped, optimiser, progress, training, bar, average)
            except RuntimeError as error:
                if not should_reduce_batch_size(error):
                    raise
                optimiser.optimizer.zero_grad()
                _halve(training)
    training.accelerator.wait_for_everyone()
    load_best(training.checkpoints, model, progress.best_digest)
    return progress


def _advance(
    model: Any, optimiser: Any, progress: Progress, training: Training, bar: Any, average: AveragedModel | None
) -> None:
    """Optimiser steps from `progress.step` on, with all that happens between them."""
    setup, accelerator = training.setup, training.accelerator
    steps = Steps(
        len(training.train), setup.batch_size, training.micro,
        seed=training.seed, start=progress.step, stop=setup.steps,
        process=accelerator.process_index, processes=accelerator.num_processes, order=training.sampling,
    )  # fmt: skip
    length = setup.steps - training.begin
    every = setup.evaluate_every or math.ceil(length / 20)
    log_every = max(1, min(every, length // 100))
    tail = setup.steps - round(setup.average * length)
    accelerator.gradient_accumulation_steps, accelerator.step = steps.passes, 0
    loader = iter(training_loader(training.train, steps, training.collate, setup.workers))
    model.train()
    head = accelerator.unwrap_model(model).classifier
    loss: float | torch.Tensor = 0.0
    since = saved = time.perf_counter()
    logged = progress.step
    while not _finished(progress, setup):
        set_rate(optimiser, rate_factor(progress.step, setup, training.rules.schedule, training.begin))
        if isinstance(head, AdversarialHead):
            head.strength = reversal_strength(progress.step / setup.steps)
        loss = loss + _step(model, optimiser, [next(loader) for _ in range(steps.passes)], progress.step, training)
        progress.step += 1
        bar.advance()
        kept = accelerator.unwrap_model(model)
        if average is not None and progress.step > tail:
            average.update_parameters(kept)
            kept = average.module
        evaluating = progress.step % every == 0 or progress.step == setup.steps
        if evaluating or progress.step % log_every == 0:
            now, count = time.perf_counter(), progress.step - logged
            progress.seconds += now - since
            more = head.told(accelerator) if isinstance(head, AdversarialHead) else {}
            line = _train_line(loss, count, now - since, optimiser, progress, training, more)
            bar.show(loss=line["loss"], items_per_second=line["items_per_second"])
            loss, since, logged = 0.0, now, progress.step
        if evaluating:
            better = validate(kept, progress, training, bar)
            if better:
                progress.best_digest = _keep(kept, training)
            progress.seconds += time.perf_counter() - since
            since = time.perf_counter()
        due = time.perf_counter() - saved >= setup.checkpoint_seconds
        if (evaluating and better) or (logged == progress.step and due) or _finished(progress, setup):
            if accelerator.is_main_process:
                bare = accelerator.unwrap_model(model)
                save_checkpoint(training.checkpoints, bare, optimiser, progress, average)
            saved = time.perf_counter()


def _keep(model: Any, training: Training) -> str:
    """Keep the best weights; returns their checksum, of which only the main process knows."""
    return save_best(training.checkpoints, model) if training.accelerator.is_main_process else ""


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
    loss: Any,
    count: int,
    seconds: float,
    optimiser: Any,
    progress: Progress,
    training: Training,
    more: Mapping[Any, Any],
) -> dict[Any, Any]:
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
