"""Fitting a scikit-learn-style head: once, on the features that frozen encoders give of every training record."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from accelerate.utils import send_to_device
from torch import nn

from vbg_framework.base.errors import VBGError
from vbg_framework.base.seeds import derive
from vbg_framework.config.registry import Resolved
from vbg_framework.config.slots import named
from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.record import Record
from vbg_framework.learning.batch import Batch, ordered_loader
from vbg_framework.learning.checkpoint import Progress
from vbg_framework.learning.features.estimator_head import EstimatorHead
from vbg_framework.learning.inference import Answers
from vbg_framework.learning.model import Model
from vbg_framework.learning.portion import first_part
from vbg_framework.learning.sampling import sampler_of
from vbg_framework.learning.training import Training
from vbg_framework.learning.validation import validate
from vbg_framework.screen import Bar

Vectors = tuple[np.ndarray, Mapping[str, np.ndarray]]


@dataclass(frozen=True)
class Resampling:
    """What an augmenter adds to the vectors of the training records.

    Args:
        augmenter: fitted.
        task: the task whose scarce classes are filled.
        wanted: new vectors asked for, one number per class of the task.
        amount: share of the new vectors that is kept.
    """

    augmenter: Augmenter
    task: str
    wanted: Sequence[int]
    amount: float = 1.0

    def __call__(self, vectors: Vectors, training: Training) -> Vectors:
        """The vectors and the new ones."""
        seed = derive(training.seed, "resample")
        x, targets = self.augmenter.resample(*vectors, task=self.task, wanted=self.wanted, seed=seed)
        old = len(vectors[0])
        kept = first_part(targets[self.task][old:].tolist(), self.amount, seed)
        said = f"{len(kept)} new ({sum(self.wanted)} asked for, {len(x) - old} made)"
        training.screen.say(f"Vectors  {old} of training records, {said}.")
        rows = [*range(old), *(old + place for place in kept)]
        return x[rows], {name: values[rows] for name, values in targets.items()}


def check_resampling(resolved: Resolved) -> None:
    """New vectors are for a head that is fitted; said before any work is done.

    Raises:
        VBGError: the augmenter makes vectors, and the head is trained by gradient.
    """
    if "augmenter" not in resolved.parts:
        return
    augmenter, head = (resolved.parts[key].component for key in ("augmenter", "classifier"))
    adds = augmenter.load().resample is not Augmenter.resample
    if adds and not issubclass(head.load(), EstimatorClassifier):
        what = f"'{augmenter.name}' adds vectors before a head is fitted, got '{head.name}', which is trained"
        fix = "Choose a head that is fitted: logistic_regression, linear_svm or xgboost."
        raise VBGError(f"experiments.{resolved.name}.classifier", what, fix)


def check_fixed(model: Model, resolved: Resolved) -> None:
    """A fitted head needs fixed features: every encoder and the fusion are frozen.

    Raises:
        VBGError: an encoder or the fusion is trainable, or `mix.weight` asks for sample weights.
    """
    parts: list[tuple[str, nn.Module]] = [(f"encoders.{name}", part) for name, part in model.encoders.items()]
    parts += [("fusion", model.fusion)] if model.fusion is not None else []
    place, head = f"experiments.{resolved.name}", resolved.parts["classifier"].component.name
    for key, part in parts:
        if any(parameter.requires_grad for parameter in part.parameters()):
            what = f"'{resolved.parts[key].component.name}' is trainable, but '{head}' needs fixed features"
            fix = "Set frozen=true." if key != "fusion" else "Choose one without weights, such as concat without `dim`."
            raise VBGError(f"{place}.{key}", what, fix)
    if resolved.experiment.mix.weight != 1:
        what = f"'{head}' does not support sample weights, got {resolved.experiment.mix.weight:g}"
        raise VBGError(f"{place}.mix.weight", what, "Leave it out, or choose a head that is trained.")


def check_folds(resolved: Resolved) -> None:
    """Folds are for a head that is fitted on records as they are; said before any work is done.

    Raises:
        VBGError: the head is trained, or records are drawn, exchanged or added, so an object would lie in two folds.
    """
    experiment, head = resolved.experiment, resolved.parts["classifier"].component
    if experiment.train.folds is None:
        return
    adds = "augmenter" in resolved.parts and resolved.parts["augmenter"].component.load().resample
    reasons = {
        f"the classifier '{head.name}', which is trained": not issubclass(head.load(), EstimatorClassifier),
        f"`train.sampling: {named(experiment.train.sampling)}`": not sampler_of(resolved).once,
        f"`mix.policy: {experiment.mix.policy}`": experiment.mix.policy in ("replace", "synthetic_only"),
        "an augmenter that adds vectors": adds and adds is not Augmenter.resample,
    }
    for reason, given in reasons.items():
        if given:
            what = f"folds need a head that is fitted, and each record once, got {reason}"
            raise VBGError(f"experiments.{resolved.name}.train.folds", what, "Leave it out, or change the other.")


def learns_soft(resolved: Resolved, records: Sequence[Record]) -> bool:
    """Whether a head learns from the soft labels of records. One that is fitted takes those in no target as missing.

    Raises:
        VBGError: the head is fitted, and an augmenter gave a class in the targets as a soft label.
    """
    head = resolved.parts["classifier"].component
    if not issubclass(head.load(), EstimatorClassifier):
        return any(record.soft for record in records)
    given = sorted({task for record in records for task in {*record.soft} & {*record.targets}})
    if given:
        what = f"'{head.name}' is fitted on one class per record, got soft labels of {', '.join(given)}"
        fix = "Choose a head that is trained, such as softmax, or switch the augmenter's soft labels off."
        raise VBGError(f"experiments.{resolved.name}.classifier", what, fix)
    return False


def fit_head(model: Model, training: Training, resampling: Resampling | None) -> tuple[Progress, Answers | None]:
    """Fit the head on the training records, each once, and measure it on the validation split or out of fold.

    Nothing needs to be resumed: fitting again gives the same.

    Returns:
        how it went, and with folds the answers for every real record by heads that have not learnt from its object.

    Args:
        model: its encoders and fusion stay as they are.
        training: what it is fitted on and measured with.
        resampling: adds vectors; None = those of the records alone.

    Raises:
        VBGError: training items are mixed, or the fusion gives a vector per modality.
    """
    begun, progress = time.perf_counter(), Progress()
    training.run.forget_after(-1)
    with training.screen.progress(training.name, len(training.train)) as bar:
        vectors = _vectors(model, training, bar)
        x, targets = resampling(vectors, training) if resampling else vectors
        assert isinstance(model.classifier, EstimatorHead)
        held = _learn(model.classifier.estimator, x, targets, training)
        validate(model, progress, training, bar, held)
    if training.accelerator.is_main_process and (account := model.classifier.estimator.account()):
        training.run.write_json("members.json", account)
    progress.seconds = time.perf_counter() - begun
    return progress, held


def _learn(
    head: EstimatorClassifier, x: np.ndarray, targets: Mapping[str, np.ndarray], training: Training
) -> Answers | None:
    head.tell, seed = training.screen.say, derive(training.seed, "fit")
    if not training.folds:
        head.fit(x, targets, seed=seed)
        return None
    said = head.cross_fit(x, targets, training.folds, seed=seed)
    held = np.sort(np.concatenate([places for _, places in training.folds]))
    return Answers(
        {name: result[held].astype(np.float32) for name, result in said.items()},
        {name: target[held] for name, target in targets.items()},
        {name: head.learnable(target, training.folds)[held] for name, target in targets.items()},
    )


def _vectors(model: Model, training: Training, bar: Bar) -> Vectors:
    """(n, dim) and task -> targets of the training records, in the order of the items or as the sampling draws them."""
    pieces = list(_pieces(model.eval(), training, bar))
    tasks = pieces[0][1]
    return np.concatenate([x for x, _ in pieces]), {
        t: np.concatenate([result[t] for _, result in pieces]) for t in tasks
    }


@torch.inference_mode()
def _pieces(model: Model, training: Training, bar: Bar) -> Iterator[Vectors]:
    count = len(training.train)
    generator = np.random.default_rng(derive(training.seed, "order", 0))
    order = range(count) if training.sampling.sampler.once else training.sampling(generator)
    setup = training.setup
    size = min(setup.batch_size, setup.micro_batch_size or setup.batch_size)  # however many processes there are
    loader = ordered_loader(training.train, order, training.collate, size, setup.workers)
    for batch in loader:
        _check(batch)
        joined = model.join(model.features(send_to_device(batch, training.accelerator.device)))
        if joined.dim() != 2:
            what = "the fusion gives one vector per modality, and an estimator reads one per record"
            raise VBGError("classifier", what, "Choose another fusion, such as concat.")
        yield joined.float().cpu().numpy(), _numpy(batch["targets"])
        bar.advance(len(batch["index"]))


def _check(batch: Batch) -> None:
    if "second" in batch:
        what = "items are mixed in pairs, and an estimator takes one target per record"
        raise VBGError("augmenter", what, "Switch its mixup and cutmix off, or choose a head that is trained.")


def _numpy(targets: Mapping[str, torch.Tensor]) -> dict[str, np.ndarray]:
    return {name: values.numpy().astype(np.int64) for name, values in targets.items()}
