"""Trying every promise of a component."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.spec import KINDS, Component
from vbg_framework.testing import component as every
from vbg_framework.testing import declared, holders
from vbg_framework.testing.augmenters import copies, generation, resampling, transform, truth
from vbg_framework.testing.augmenters.augmenter import AugmenterSubject
from vbg_framework.testing.check import Broken, Check, NotApplicable, Outcome, Status, always, checks_in
from vbg_framework.testing.datasets import contents, dataset, dataset_files, downloads, modality
from vbg_framework.testing.datasets.dataset_subject import DatasetSubject
from vbg_framework.testing.encoders import encoder, encoder_life, frozen_parts, layers, odd_items, places, processor
from vbg_framework.testing.estimators import estimator, estimator_rows, learnt
from vbg_framework.testing.modules import classifier, device, fusion, gradient, module, module_inputs
from vbg_framework.testing.modules.classifier_subject import ClassifierSubject
from vbg_framework.testing.modules.fusion_subject import FusionSubject
from vbg_framework.testing.processes import another_interpreter, start_up, surroundings
from vbg_framework.testing.runs import control, finished, observer, writer
from vbg_framework.testing.runs.observer import Watcher
from vbg_framework.testing.subject import Subject
from vbg_framework.testing.trainings import calibrated, loss_values, metric, optimizer, sampler, schedule

EVERY: tuple[ModuleType, ...] = (every, start_up, surroundings, declared, holders, another_interpreter)
"""Where the checks of every component stand."""
TORCH: tuple[ModuleType, ...] = (module, module_inputs, gradient, device)
MODULES: dict[str, tuple[ModuleType, ...]] = {
    "encoder": (*TORCH, encoder, encoder_life, frozen_parts, layers, odd_items, places, processor),
    "fusion": (*TORCH, fusion),
    "classifier": (*TORCH, classifier),
    "estimator": (learnt, estimator, estimator_rows),
    "augmenter": (learnt, generation, copies, transform, resampling, truth),
    "dataset": (dataset, contents, dataset_files, downloads),
    "observer": (observer,),
    "metric": (metric,),
    "schedule": (schedule,),
    "optimizer": (optimizer,),
    "sampler": (sampler,),
    "loss": (loss_values,),
    "calibration": (calibrated,),
    "control": (control,),
    "report_section": (finished,),
    "exporter": (finished,),
    "writer": (writer,),
    "modality": (modality,),
}
"""Where the checks of each kind stand, besides those of every component."""
SUBJECTS: dict[str, type[Subject]] = {
    "encoder": encoder.EncoderSubject,
    "fusion": FusionSubject,
    "classifier": ClassifierSubject,
    "estimator": estimator.EstimatorSubject,
    "augmenter": AugmenterSubject,
    "dataset": DatasetSubject,
    "observer": observer.ObserverSubject,
    "metric": metric.MetricSubject,
    "schedule": Subject,
    "optimizer": optimizer.OptimizerSubject,
    "sampler": Subject,
    "loss": Subject,
    "calibration": Subject,
    "control": Subject,
    "report_section": Subject,
    "exporter": Subject,
    "writer": Subject,
    "modality": modality.ModalitySubject,
}


def checks(component: Component | Watcher) -> Iterator[Check]:
    """The checks a component is asked, in order. If its class cannot be imported, those of every component."""
    kind = _class(component)
    places = () if component.kind == "observer" else EVERY
    for place in (*places, *(MODULES[_kind(component)] if kind else ())):
        own = (check for check in checks_in(place) if check.kind not in KINDS or check.kind == component.kind)
        yield from (check for check in own if check.applies is always or (kind and check.applies(kind)))


def subject_of(component: Component | Watcher, options: Mapping[str, Any] | None = None) -> Subject:
    """The component with what its checks share.

    Args:
        options: its options; None = those of `Component.tiny`.
    """
    return SUBJECTS[_kind(component)](component, options)


def subjects_of(component: Component | Watcher, options: Mapping[str, Any] | None = None) -> list[Subject]:
    """The component with the given options, or with each of its tiny ones."""
    return [subject_of(component, each) for each in (component.tinies if options is None else [options])]


def attempt(check: Check, subject: Subject, reason: str | None = None) -> Outcome:
    """Make one check.

    Args:
        reason: why it is expected to fail; None = it is not.
    """
    begun = time.perf_counter()
    status, message = _status(check, subject, reason)
    return Outcome(subject.named, check.id, status, message, time.perf_counter() - begun)


def examine(
    component: Component | Watcher, expected_failures: Mapping[str, str] = {}, options: Mapping[str, Any] | None = None
) -> Iterator[Outcome]:
    """Make every check of a component, whatever fails on the way.

    Args:
        component: what to examine.
        expected_failures: id of a check -> why it fails. One that passes nevertheless counts as failed.
        options: options in place of `Component.tiny`.

    Raises:
        VBGError: no check has an id of `expected_failures`.
    """
    results = list(checks(component))
    require_known(expected_failures, [check.id for check in results])
    for subject in subjects_of(component, options):
        yield from (attempt(check, subject, expected_failures.get(check.id)) for check in results)


def require_known(ids: Iterable[str], known: Iterable[str]) -> None:
    """Raises `VBGError` for an expected failure of a check that is not made."""
    known = set(known)
    for identity in ids:
        if identity not in known:
            raise VBGError("expected_failures", f"unknown check '{identity}'", did_you_mean(identity, known))


def _status(check: Check, subject: Subject, reason: str | None) -> tuple[Status, str]:
    try:
        remark = check(subject)
    except NotApplicable as absent:
        return "skipped", str(absent)
    except Broken as broken:
        return ("failed", str(broken)) if reason is None else ("expected", f"{reason}\n{broken}")
    if reason is not None:
        return "failed", f"{check.id} was expected to fail ({reason}), and passes. Remove it from `expected_failures`."
    return "passed", remark


def _class(component: Component | Watcher) -> type[Any] | None:
    try:
        return component.load()
    except VBGError:
        return None


def _kind(component: Component | Watcher) -> str:
    """The kind, with scikit-learn-style classifiers apart."""
    kind = _class(component)
    fitted = isinstance(kind, type) and issubclass(kind, EstimatorClassifier)
    return "estimator" if component.kind == "classifier" and fitted else component.kind
