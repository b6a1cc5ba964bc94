"""One classifier, trained from scratch: the last of a run, or that of a round."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast

from vbg_framework.base.publication import written
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.base.seeds import derive, seed_everything
from vbg_framework.config.experiment import Experiment
from vbg_framework.config.part import Part
from vbg_framework.config.train_config import TrainConfig
from vbg_framework.contracts.estimator import EstimatorClassifier, Fold
from vbg_framework.contracts.interfaces import Encoder, Transform
from vbg_framework.contracts.modality import modality_of
from vbg_framework.contracts.record import Task
from vbg_framework.data.loading.items import Items
from vbg_framework.learning.adversary import Domains, dismiss, oppose
from vbg_framework.learning.batch import Collate
from vbg_framework.learning.checkpoint import Progress, load_weights
from vbg_framework.learning.features.cross_folds import cross_folds
from vbg_framework.learning.features.estimator_head import EstimatorHead
from vbg_framework.learning.features.fit import Resampling, check_fixed, fit_head
from vbg_framework.learning.features.frozen import Frozen
from vbg_framework.learning.features.kept_encoders import opened
from vbg_framework.learning.fine_tuning import check_fine_tuning, probe_steps, probing
from vbg_framework.learning.inference import Answers, answer
from vbg_framework.learning.job import Job, new_accelerator
from vbg_framework.learning.mixed import Mixed
from vbg_framework.learning.modality_dropout import ModalityDropout
from vbg_framework.learning.model import Model, build_model
from vbg_framework.learning.sampling import sampling
from vbg_framework.learning.train import train
from vbg_framework.learning.training import CHECKPOINTS, PROBE, Notify, Training
from vbg_framework.learning.training_rules import Rules


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a classifier is trained with.

    Args:
        real: the real training items; encoders prepare and pre-train themselves on these alone.
        train: what it trains on, generated items included.
        validation: selects the best step.
        tasks: the tasks, with counts over `train`.
        transforms: change the raw items of training batches.
        fingerprint: of the prepared data set.
        domains: what an adversary tells apart in training.
        resampling: adds vectors before a head is fitted.
        folds: whether a head that is fitted is measured out of fold, in as many folds as the experiment says.
    """

    real: Items
    train: Items | Mixed
    validation: Sequence[Any]
    tasks: Mapping[str, Task]
    transforms: Sequence[Transform] = ()
    fingerprint: str = ""
    domains: Domains | None = None
    resampling: Resampling | None = None
    folds: bool = False

    def with_validation(self) -> Material:
        """The same with the validation records among those that are trained on, to be measured out of fold."""
        assert isinstance(self.validation, Items)
        if isinstance(self.train, Mixed):
            train: Items | Mixed = Mixed(self.train.real.joined(self.validation), self.train.made, self.train.mix)
        else:
            train = self.train.joined(self.validation)
        return replace(self, train=train, folds=True)


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A trained classifier that can be asked.

    Args:
        validated: what `ask` would say of the validation records, where training knows it; None = it does not.
        out_of_fold: what was said of training and validation records out of fold; None = nothing was.
    """

    model: Model
    accelerator: Accelerator
    collate: Collate
    frozen: Frozen
    progress: Progress
    batch_size: int
    workers: int
    validated: Answers | None = None
    out_of_fold: Answers | None = None

    def ask(self, items: Sequence[Any]) -> Answers:
        """What it says about items; all processes take part."""
        return answer(
            self.model, self.frozen.items(items), self.collate,
            batch_size=self.batch_size, accelerator=self.accelerator, workers=self.workers,
        )  # fmt: skip


def train_classifier(job: Job, run: RunFolder, material: Material, notify: Notify, name: str) -> Trained:
    """Build a classifier and train it, or go on with it; one that is finished comes back at once.

    Args:
        job: the run it belongs to; its folder holds the encoders' assets.
        run: the folder of its own metrics and checkpoints.
        material: what it is trained with.
        notify: calls observer hooks.
        name: what people see beside the progress bar.
    """
    experiment = job.resolved.experiment
    model = _model(job, run, material)
    accelerator = new_accelerator(experiment.train.precision, sum(p.numel() for p in model.parameters()))
    job.screen.say(_model_line(job, model, accelerator))
    frozen, training = _training(job, run, material, model, accelerator, notify, name)
    if isinstance(model.classifier, EstimatorHead):
        progress, held = fit_head(model, training, material.resampling)
    else:
        again = partial(_training, job, run, material, model, accelerator, notify, name)
        probe = (lambda: probing(again()[1], training.begin)) if training.begin else None
        progress, held = train(model, training, probe), None
    dismiss(model)
    accelerator.unwrap_model(model, keep_fp32_wrapper=False)  # answers are in float32, whoever shares their batch
    return Trained(
        model=model, accelerator=accelerator, collate=training.plain, frozen=frozen, progress=progress,
        batch_size=training.micro, workers=experiment.train.workers, out_of_fold=held,
        validated=training.validated if accelerator.mixed_precision == "no" else None,
    )  # fmt: skip


def _training(
    job: Job, run: RunFolder, material: Material, model: Model, accelerator: Accelerator, notify: Notify, name: str
) -> tuple[Frozen, Training]:
    """What encoders that stay as they are say, and a training that reads it; while the model rests, the probe."""
    experiment = job.resolved.experiment
    frozen = Frozen(job, model, accelerator, material.fingerprint, run.path / CHECKPOINTS / "features")
    domains = [material.domains] if material.domains else []
    transforms: list[Transform] = [*material.transforms, *_dropout(experiment), *domains]
    learnt = {**material.tasks, **{each.task.name: each.task for each in domains}}
    items = frozen.items(material.train, transforms)
    setup = budget(experiment.train, len(items))
    varied = Collate(frozen.processors(_processors(model, not model.resting)), learnt, experiment.seed, transforms)
    return frozen, Training(
        setup=setup, seed=experiment.seed, train=items, validation=frozen.items(material.validation),
        collate=varied, plain=Collate(frozen.processors(_processors(model, False)), material.tasks),
        run=run, accelerator=accelerator, screen=job.screen, notify=notify, rules=Rules.of(job.resolved),
        synthetic_weight=experiment.mix.weight, name=name, folds=_folds(experiment, material),
        sampling=sampling(job.resolved, material.train, len(items)), begin=probe_steps(setup),
    )  # fmt: skip


def _folds(experiment: Experiment, material: Material) -> list[Fold]:
    if not (material.folds and experiment.train.folds):
        return []
    task = material.tasks[experiment.scarce_task]
    return cross_folds(material.train, task, experiment.train.folds, experiment.seed)


def _dropout(experiment: Experiment) -> list[Transform]:
    shares = experiment.train.modality_dropout
    return [ModalityDropout(shares, experiment.modalities)] if shares else []


def budget(setup: TrainConfig, records: int) -> TrainConfig:
    """The setup with its budget in optimiser steps.

    Args:
        setup: may give it in passes.
        records: of one pass.
    """
    steps = math.ceil((setup.epochs or 0) * records / setup.batch_size)
    return setup.model_copy(update={"steps": steps}) if setup.epochs else setup


def _processors(model: Model, random: bool) -> dict[str, Any]:
    return {modality: encoder.processor(random) for modality, encoder in model.encoders.items()}


def _model(job: Job, run: RunFolder, material: Material) -> Model:
    """The model with its starting weights, or with those of the newest checkpoint."""
    assets = job.run.path / "model" / "assets"
    seed = job.resolved.experiment.seed
    for key, part in job.resolved.encoders().items():
        folder = assets / key
        job.main_first(lambda k=key, p=part, f=folder: _assets(p, material.real, k, f, seed))  # type: ignore[misc]
    seed_everything(derive(seed, "weights"))
    fitted = job.state.num_processes == 1 and issubclass(
        job.resolved.parts["classifier"].component.load(), EstimatorClassifier
    )
    model = build_model(job.resolved, material.tasks, assets, _opened(job, material) if fitted else None)
    if material.domains:
        oppose(model, material.domains, job.resolved)
    model.to(job.state.device)
    if isinstance(model.classifier, EstimatorHead):
        check_fixed(model, job.resolved)
    check_fine_tuning(model, job.resolved)
    checkpoints = run.path / CHECKPOINTS
    begun = load_weights(checkpoints, model) or load_weights(checkpoints / PROBE, model)
    if not (begun or fitted) and job.state.is_main_process:
        for key, encoder in model.encoders.items():
            encoder.pretrain(material.real.raw(modality_of(key)), seed=derive(seed, "pretrain", key))
    _spread(model)
    return model


def _opened(job: Job, material: Material) -> dict[str, Encoder]:
    """The encoders with their weights; frozen ones stay open for the next run of a study."""
    seed, assets, device = job.resolved.experiment.seed, job.run.path / "model" / "assets", job.state.device
    return {
        key: opened(key, part, assets / key, material.real.raw(modality_of(key)),
                    seed=derive(seed, "pretrain", key), device=device)
        for key, part in job.resolved.encoders().items()
    }  # fmt: skip


@torch.no_grad()
def _spread(model: Model) -> None:
    """Give every process the weights and buffers of the main one; features are computed before the first step."""
    for tensor in [*model.parameters(), *model.buffers()]:
        tensor.copy_(broadcast(tensor.detach().contiguous()))


def _assets(part: Part[Any], items: Items, key: str, folder: Path, seed: int) -> None:
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with written(folder) as partial:
        partial.mkdir()
        raw = items.raw(modality_of(key))
        part.component.load().prepare(part.config, raw, partial, seed=derive(seed, "assets", key))


def _model_line(job: Job, model: Model, accelerator: Accelerator) -> str:
    names = [f"{m} {part.component.name}" for m, part in job.resolved.encoders().items()]
    names += [job.resolved.parts[key].component.name for key in ("fusion", "classifier") if key in job.resolved.parts]
    counts = [sum(p.numel() for p in model.parameters() if p.requires_grad or all_) for all_ in (True, False)]
    where = f"{accelerator.device.type}, {'bf16' if accelerator.mixed_precision == 'bf16' else 'fp32'}"
    return f"Model  {' + '.join(names)}: {counts[0]:,} parameters, {counts[1]:,} trained, on {where}."
