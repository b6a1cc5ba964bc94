"""A model as one graph: from the tensors that processors make to calibrated probabilities. B records."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.batch import Batch
from vbg_framework.learning.evaluation.confidence import Confidence
from vbg_framework.learning.prediction.saved import SavedModel

ONE_FILE = 1_500_000_000  # bytes; an ONNX file may not hold more than 2 GB

Inputs = Mapping[str, Mapping[str, Tensor]]


class Graph(nn.Module):
    """What is exported: every record has every modality, and probabilities come out.

    Args:
        saved: the trained model.
    """

    def __init__(self, saved: SavedModel) -> None:
        super().__init__()
        self.model, self.tasks = saved.model, saved.tasks
        self.temperatures = {name: _temperature(name, each) for name, each in saved.confidence.items()}

    def forward(self, inputs: Inputs) -> list[Tensor]:
        """modality -> name -> tensor, to (B, C) probabilities of each task, in order."""
        size = next(tensor.shape[0] for named in inputs.values() for tensor in named.values())
        there = torch.ones(size, dtype=torch.bool)
        batch = Batch(
            inputs={modality: dict(named) for modality, named in inputs.items()},
            present=dict.fromkeys(inputs, there), targets={}, index=there, synthetic=there,
        )  # fmt: skip
        logits = self.model(batch)
        cooled = {name: logits[name].float() / self.temperatures[name] for name in self.tasks}
        return [cooled[n].sigmoid() if task.multi_label else cooled[n].softmax(-1) for n, task in self.tasks.items()]


def _temperature(task: str, each: Confidence) -> float:
    if each.temperature is None:
        what = f"probabilities of '{task}' are calibrated by '{each.method}', which is no part of a graph"
        raise VBGError("--to onnx", what, "Use `calibration: {method: temperature}` or none, or --to folder.")
    return each.temperature


def free_axes(alone: Sequence[Inputs]) -> dict[str, dict[str, list[int]]]:
    """modality -> name -> the axes, besides that of the batch, whose length is not the same for every record.

    Args:
        alone: what processors make of single records.
    """
    return {
        modality: {
            name: [
                axis for axis in range(1, tensor.dim()) if len({each[modality][name].shape[axis] for each in alone}) > 1
            ]
            for name, tensor in named.items()
        }
        for modality, named in alone[0].items()
    }


def convert(saved: SavedModel, sample: Inputs, axes: Mapping[str, Mapping[str, list[int]]], path: Path) -> None:
    """Write the graph of a model.

    Args:
        saved: the model, on the CPU.
        sample: inputs of at least two records.
        axes: as `free_axes` says.
        path: the file; weights of more than 1.5 GB go beside it.

    Raises:
        VBGError: a component does what no graph can.
    """
    batch = torch.export.Dim("batch")
    shapes = {
        m: {name: {0: batch, **dict.fromkeys(result, torch.export.Dim.DYNAMIC)} for name, result in named.items()}
        for m, named in axes.items()
    }
    names = [f"{modality}.{name}" for modality, named in sample.items() for name in named]
    large = sum(tensor.nbytes for tensor in saved.model.state_dict().values()) > ONE_FILE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # strict: reading the code of a component, not running it, is what leaves sizes such as `len(x)` open
            traced = torch.export.export(
                Graph(saved).eval(), (), kwargs={"inputs": sample}, dynamic_shapes={"inputs": shapes}, strict=True
            )
            program: Any = torch.onnx.export(
                traced, dynamo=True, input_names=names, output_names=list(saved.tasks), verbose=False
            )
            program.save(str(path), external_data=large)
    except Exception as error:  # tracing reads the code of every component, and raises whatever that leads to
        what = f"a part of this model cannot be exported ({short(error)})"
        raise VBGError("--to onnx", what, "Use --to folder.") from error


def short(error: Exception) -> str:
    """An error of another library in one line."""
    return " ".join(str(error).split())[:300]
