"""Writing a trained model; `saved.py` reads it and says what lies where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from safetensors.torch import save_model

from vbg_framework.base.digest import checksums
from vbg_framework.base.publication import write_json, written
from vbg_framework.base.version import __version__
from vbg_framework.config.plugin_versions import plugin_versions
from vbg_framework.config.registry import Resolved
from vbg_framework.contracts.record import Task
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.learning.evaluation.confidence import Confidence
from vbg_framework.learning.features.estimator_head import EstimatorHead
from vbg_framework.learning.model import Model
from vbg_framework.learning.prediction.about import DESCRIPTION, WEIGHTS
from vbg_framework.learning.prediction.weights import ESTIMATOR


def save(
    model: Model,
    folder: Path,
    resolved: Resolved,
    tasks: Mapping[str, Task],
    prepared: Prepared,
    confidence: Mapping[str, Confidence],
    rounded: Mapping[str, str],
    *,
    weights: bool = True,
) -> None:
    """Write description and, if asked for, weights beside the assets; the description comes last and completes it."""
    if weights:
        _save_weights(model, folder)
    about = {
        "vbg_framework": __version__,
        "plugins": plugin_versions(resolved),
        "name": resolved.name,
        "experiment": resolved.options(),
        "tasks": [asdict(task) for task in tasks.values()],
        "text_fields": list(prepared.text_fields),
        "metadata_fields": prepared.metadata_kinds,
        "rounded_features": dict(rounded),
        "data_fingerprint": prepared.fingerprint,
        "confidence": {name: asdict(each) for name, each in confidence.items()},
        "files": checksums(folder, [path for path in folder.rglob("*") if path.is_file() and path.name != DESCRIPTION]),
    }
    write_json(folder / DESCRIPTION, about)


def _save_weights(model: Model, folder: Path) -> None:
    with written(folder / WEIGHTS) as partial:
        save_model(model, str(partial))
    if isinstance(model.classifier, EstimatorHead):
        model.classifier.save(folder / ESTIMATOR)
