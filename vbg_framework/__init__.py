"""VBG Framework: classify museum artefacts from image, catalogue text and metadata; every part is a plugin.

Importing this package costs nothing; what a name stands for is imported when it is first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vbg_framework.api import load, run
    from vbg_framework.errors import VBGError, VersionWarning
    from vbg_framework.hookspecs import hookimpl
    from vbg_framework.interfaces import Augmenter, Classifier, Encoder, EstimatorClassifier, Features, Fusion
    from vbg_framework.record import Dataset, Origin, Record, Rejected, Skipped, Task
    from vbg_framework.spec import Component, Config
    from vbg_framework.train_view import TrainView
    from vbg_framework.version import __version__

_MODULES = {
    "Augmenter": "interfaces",
    "Classifier": "interfaces",
    "Component": "spec",
    "Config": "spec",
    "Dataset": "record",
    "Encoder": "interfaces",
    "EstimatorClassifier": "interfaces",
    "Features": "interfaces",
    "Fusion": "interfaces",
    "Origin": "record",
    "Record": "record",
    "Rejected": "record",
    "Skipped": "record",
    "Task": "record",
    "TrainView": "train_view",
    "VBGError": "errors",
    "VersionWarning": "errors",
    "__version__": "version",
    "hookimpl": "hookspecs",
    "load": "api",
    "run": "api",
}

__all__ = [
    "Augmenter",
    "Classifier",
    "Component",
    "Config",
    "Dataset",
    "Encoder",
    "EstimatorClassifier",
    "Features",
    "Fusion",
    "Origin",
    "Record",
    "Rejected",
    "Skipped",
    "Task",
    "TrainView",
    "VBGError",
    "VersionWarning",
    "__version__",
    "hookimpl",
    "load",
    "run",
]


if not TYPE_CHECKING:  # a type checker reads the imports above; this would hide a misspelt name from it

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module 'vbg_framework' has no attribute {name!r}")
        return getattr(importlib.import_module(f"vbg_framework.{_MODULES[name]}"), name)
