"""A model as an ONNX file with all that its inputs are made from, compared with the model before anybody gets it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.batch import Batch, Collate
from vbg_framework.learning.features.estimator_head import EstimatorHead
from vbg_framework.learning.inference import calibrated, probabilities
from vbg_framework.learning.prediction.saved import SavedModel
from vbg_framework.runs.export.bundle import CARD
from vbg_framework.runs.export.complete_items import Item, complete_items, made_up
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.runs.export.graph import convert, free_axes, short
from vbg_framework.runs.export.model_card import model_card
from vbg_framework.runs.export.onnx_about import describe

GRAPH, ABOUT = "model.onnx", "onnx.json"
TOLERANCE = 1e-4
"""Largest difference between the probabilities of the graph and those of the model."""


def check_onnx() -> None:
    """Before any work is done.

    Raises:
        VBGError: a package is missing.
    """
    missing = [name for name in ("onnx", "onnxscript", "onnxruntime") if find_spec(name) is None]
    if missing:
        fix = 'Install them with: pip install "vbg-framework[onnx]"'
        raise VBGError("--to onnx", f"packages are missing, got no {' and no '.join(missing)}", fix)


def write_onnx(finished: FinishedRun, folder: Path) -> str:
    """Write `model.onnx`, `onnx.json`, the assets of the processors and the card; return what was compared, in words.

    Args:
        folder: an empty folder.

    Raises:
        VBGError: the model cannot be exported, or the graph says something else than the model.
    """
    saved = finished.model
    _check_head(finished)
    saved.model.to("cpu")
    items, real = complete_items(finished)
    sample = _inputs(saved, items)
    axes = free_axes([_inputs(saved, [item]) for item in (*items, made_up(finished, 0))])
    convert(saved, sample, axes, folder / GRAPH)
    worst = largest_difference(saved, items, folder / GRAPH)
    whose = f"{len(items)} {'test records' if real else 'made-up records, as the data is not here'}"
    if not worst <= TOLERANCE:
        what = f"must give the model's probabilities to {TOLERANCE:.0e}, got {worst:.1e} off on {whose}"
        raise VBGError(GRAPH, what, "Export it with --to folder.")
    shutil.copytree(finished.run.path / "model" / "assets", folder / "assets")
    about = describe(finished, sample, axes, folder) | {"largest_difference": worst, "compared_on": whose}
    (folder / ABOUT).write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / CARD).write_text(model_card(finished, use="onnx"), encoding="utf-8")
    return f"largest difference {worst:.1e} on {whose}"


def _check_head(finished: FinishedRun) -> None:
    if isinstance(finished.model.model.classifier, EstimatorHead):
        part = finished.resolved.parts["classifier"].component.name
        fix = "Export it with --to folder, or train a head such as softmax."
        raise VBGError(finished.run.name, f"a fitted estimator is no part of an ONNX graph, got '{part}'", fix)


def largest_difference(saved: SavedModel, items: Sequence[Item], graph: Path) -> float:
    """How far the probabilities of an ONNX file are from the model's: all records at once, and the first alone.

    Raises:
        VBGError: the runtime cannot load or run it.
    """
    import onnxruntime

    pairs: list[tuple[np.ndarray, np.ndarray]] = []
    try:
        session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
        for chosen in (items, items[:1]):
            pairs += zip(_asked(session, saved, chosen), _expected(saved, chosen).values(), strict=True)
    except Exception as error:  # the runtime's errors have no base class of their own
        raise VBGError(graph.name, f"cannot be run ({short(error)})", "Export it with --to folder.") from error
    return max(float(np.abs(said - expected).max()) for said, expected in pairs)


def _asked(session: Any, saved: SavedModel, items: Sequence[Item]) -> list[np.ndarray]:
    """The graph's probabilities, task by task."""
    named = {
        f"{modality}.{name}": tensor.numpy()
        for modality, result in _inputs(saved, items).items()
        for name, tensor in result.items()
    }
    wanted = [each.name for each in session.get_inputs()]  # what the model does not read is no part of a graph
    return session.run(list(saved.tasks), {name: named[name] for name in wanted})


def _expected(saved: SavedModel, items: Sequence[Item]) -> Mapping[str, np.ndarray]:
    said = {name: p.numpy() for name, p in probabilities(saved.model, _batch(saved, items), saved.tasks).items()}
    return calibrated(said, saved.confidence, saved.tasks)


def _batch(saved: SavedModel, items: Sequence[Item]) -> Batch:
    collate = Collate({modality: encoder.processor(False) for modality, encoder in saved.model.encoders.items()}, {})
    return collate(list(enumerate(items)))


def _inputs(saved: SavedModel, items: Sequence[Item]) -> dict[str, dict[str, Tensor]]:
    return _batch(saved, items)["inputs"]
