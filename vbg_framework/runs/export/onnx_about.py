"""What somebody needs to know who uses an ONNX model without this framework."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from torch import Tensor

from vbg_framework.contracts.modality import modality_of
from vbg_framework.data.pictures.pixels import ImageProcessor
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.toolkit.tokens import TextProcessor

PICTURE = (
    "RGB; the longer side is resized to `size` (bicubic), and the rest of the square filled with the mean colour of "
    "the picture's edge, so that it stands in the middle; then (value / 255 - mean) / std, channels first"
)
TEXT = (
    "`prefix`, then the text fields in this order, joined by '. '; then the tokeniser, which cuts and pads; "
    "mask: true = a real token"
)


def describe(
    finished: FinishedRun,
    sample: Mapping[str, Mapping[str, Tensor]],
    axes: Mapping[str, Mapping[str, list[int]]],
    folder: Path,
) -> dict[str, Any]:
    """What `onnx.json` holds; a tokeniser is written beside it.

    Args:
        finished: the run.
        sample: modality -> name -> a batch of inputs.
        axes: modality -> name -> axes of no fixed length, besides that of the batch.
        folder: where the assets lie.
    """
    inputs = {
        f"{modality}.{name}": _shape(tensor, axes[modality][name])
        for modality, named in sample.items()
        for name, tensor in named.items()
    }
    outputs = {
        name: {"classes": list(task.classes), "multi_label": task.multi_label} | _sure(finished, name)
        for name, task in finished.model.tasks.items()
    }
    items = {modality: _items(finished, modality, folder) for modality in sample}
    return {"run": finished.title, "inputs": inputs, "outputs": outputs, "items": items}


def _shape(tensor: Tensor, free: list[int]) -> dict[str, Any]:
    sizes = ["any" if axis in free else size for axis, size in enumerate(tensor.shape)]
    return {"type": str(tensor.dtype).removeprefix("torch."), "shape": ["batch", *sizes[1:]]}


def _sure(finished: FinishedRun, task: str) -> dict[str, Any]:
    each = finished.model.confidence[task]
    return {"temperature_applied": each.temperature, "set_if_at_least": each.least}


def _items(finished: FinishedRun, key: str, folder: Path) -> dict[str, Any]:
    """How raw items become inputs."""
    process = finished.model.model.encoders[key].processor(False)
    about: dict[str, Any] = {"component": finished.resolved.parts[f"encoders.{key}"].component.name}
    if (modality := modality_of(key)) in (fields := finished.model.fields()):
        about["fields"] = fields[modality]
    if isinstance(process, ImageProcessor):
        std = (process.scale * 255).reciprocal()
        mean = -process.shift * std
        facts = {"mean": mean, "std": std}
        about |= {"size": process.size, "steps": PICTURE}
        about |= {name: [round(value, 6) for value in result.flatten().tolist()] for name, result in facts.items()}
    if isinstance(process, TextProcessor):
        process.tokenizer.save(str(folder / "assets" / key / "tokenizer.json"))
        about |= {"tokenizer": f"assets/{key}/tokenizer.json", "prefix": process.prefix, "steps": TEXT}
        about["policy"] = finished.resolved.experiment.text.model_dump(mode="json")
    kept = (folder / "assets" / key).rglob("*")
    return about | {"assets": sorted(path.relative_to(folder).as_posix() for path in kept if path.is_file())}
