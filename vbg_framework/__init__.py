"""VBG Framework: classify museum artefacts from image, catalogue text and metadata; every part is a plugin.

Importing this package costs nothing; what a name stands for is imported when it is first used. It switches off what
libraries tell their makers (`vbg_framework.base.telemetry`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbg_framework.base.lazy import lazy
from vbg_framework.base.telemetry import no_telemetry

if TYPE_CHECKING:
    from vbg_framework.base.errors import VBGError, VersionWarning
    from vbg_framework.base.version import __version__
    from vbg_framework.config.part import Part
    from vbg_framework.contracts.augmenter import Transform
    from vbg_framework.contracts.calibration import Calibration, NothingLearnt
    from vbg_framework.contracts.control import Control
    from vbg_framework.contracts.estimator import EstimatorClassifier
    from vbg_framework.contracts.exporter import Exporter
    from vbg_framework.contracts.hookspecs import hookimpl
    from vbg_framework.contracts.interfaces import (
        Augmenter,
        Block,
        Classifier,
        Encoder,
        Features,
        Fusion,
        Place,
        Processor,
    )
    from vbg_framework.contracts.lesson import Lesson
    from vbg_framework.contracts.loss import Loss
    from vbg_framework.contracts.metric import Metric, Outcomes
    from vbg_framework.contracts.modality import Modality
    from vbg_framework.contracts.optimizer import Optimizer
    from vbg_framework.contracts.record import SPLITS, Dataset, Origin, Record, Rejected, Skipped, Task
    from vbg_framework.contracts.report_section import Grid, Plot, ReportSection
    from vbg_framework.contracts.sampler import Sampler
    from vbg_framework.contracts.schedule import Schedule
    from vbg_framework.contracts.spec import Component, Config
    from vbg_framework.contracts.train_view import Request, TrainView
    from vbg_framework.contracts.writer import Writer
    from vbg_framework.learning.prediction.prediction import Prediction
    from vbg_framework.learning.prediction.saved import SavedModel
    from vbg_framework.runs.api import load, run
    from vbg_framework.runs.run_model import RunModel
    from vbg_framework.runs.vbg_classifier import VBGClassifier
    from vbg_framework.screen import Screen

MODULES = {
    "base.errors": ["VBGError", "VersionWarning"],
    "base.version": ["__version__"],
    "config.part": ["Part"],
    "contracts.augmenter": ["Transform"],
    "contracts.calibration": ["Calibration", "NothingLearnt"],
    "contracts.control": ["Control"],
    "contracts.exporter": ["Exporter"],
    "contracts.hookspecs": ["hookimpl"],
    "contracts.estimator": ["EstimatorClassifier"],
    "contracts.interfaces": [
        "Augmenter",
        "Block",
        "Classifier",
        "Encoder",
        "Features",
        "Fusion",
        "Place",
        "Processor",
    ],
    "contracts.lesson": ["Lesson"],
    "contracts.loss": ["Loss"],
    "contracts.metric": ["Metric", "Outcomes"],
    "contracts.modality": ["Modality"],
    "contracts.optimizer": ["Optimizer"],
    "contracts.record": ["Dataset", "Origin", "Record", "Rejected", "SPLITS", "Skipped", "Task"],
    "contracts.report_section": ["Grid", "Plot", "ReportSection"],
    "contracts.sampler": ["Sampler"],
    "contracts.schedule": ["Schedule"],
    "contracts.spec": ["Component", "Config"],
    "contracts.train_view": ["Request", "TrainView"],
    "contracts.writer": ["Writer"],
    "learning.prediction.prediction": ["Prediction"],
    "learning.prediction.saved": ["SavedModel"],
    "runs.api": ["load", "run"],
    "runs.run_model": ["RunModel"],
    "runs.vbg_classifier": ["VBGClassifier"],
    "screen": ["Screen"],
}
"""Module -> the public names it defines, imported when they are first used."""

__all__ = [
    "SPLITS",
    "Augmenter",
    "Block",
    "Calibration",
    "Classifier",
    "Component",
    "Config",
    "Control",
    "Dataset",
    "Encoder",
    "EstimatorClassifier",
    "Exporter",
    "Features",
    "Fusion",
    "Grid",
    "Lesson",
    "Loss",
    "Metric",
    "Modality",
    "NothingLearnt",
    "Optimizer",
    "Origin",
    "Outcomes",
    "Part",
    "Place",
    "Plot",
    "Prediction",
    "Processor",
    "Record",
    "Rejected",
    "ReportSection",
    "Request",
    "RunModel",
    "Sampler",
    "SavedModel",
    "Schedule",
    "Screen",
    "Skipped",
    "Task",
    "TrainView",
    "Transform",
    "VBGClassifier",
    "VBGError",
    "VersionWarning",
    "Writer",
    "__version__",
    "hookimpl",
    "load",
    "run",
]

no_telemetry()
if not TYPE_CHECKING:  # a type checker reads the imports above; this would hide a misspelt name from it
    __getattr__, __dir__ = lazy(__name__, MODULES)
