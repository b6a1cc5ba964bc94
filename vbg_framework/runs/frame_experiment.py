"""A registered experiment on the rows of a DataFrame instead of its own data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SYNTHETIC, Options
from vbg_framework.config.options import parse_sets
from vbg_framework.config.plugins import Plugins
from vbg_framework.config.registry import Registry, Resolved, resolve
from vbg_framework.config.tiny import ABOUT_DATA, CLASSES
from vbg_framework.contracts.modality import modality_of
from vbg_framework.runs.frame_columns import FrameColumns

SUFFIX = "+frame"
"""Ends the name of such an experiment. No registered name ends so: `+` is not allowed there."""
ID, LABEL = "(id)", "(label)"
"""Columns that are added to a frame when it is kept: the index, and the label as text."""
TABLE = "table"
"""The data set that reads the kept frame."""
METADATA = "one-hot"
"""The encoder of the registry that reads metadata where the experiment has none."""
PER_MODALITY = ("modality_dropout", "encoder_learning_rate")
"""Options of `train` that may name modalities."""


def frame_data(path: Path, columns: FrameColumns, task: str, images: Path) -> Options:
    """The options of the data set that reads a kept frame.

    Args:
        path: of the kept frame.
        columns: what is read.
        task: what its label is called.
        images: folder that paths of pictures are relative to.
    """
    return {
        "type": TABLE,
        "path": str(path),
        "images": str(images.resolve()),
        "id": ID,
        "image": columns.image,
        "text": list(columns.text),
        "metadata": list(columns.metadata),
        "targets": {task: LABEL},
        "group": columns.group,
    }


def frame_experiment(
    name: str,
    registry: Registry,
    plugins: Plugins,
    data: Options,
    columns: FrameColumns,
    sets: Iterable[str] = (),
) -> Resolved:
    """The experiment with this data and its one task, without options about the data that is replaced.

    Encoders of modalities that the frame lacks are left out. Metadata that the experiment does not read gets an
    encoder without weights, where a fusion can join it or nothing else is left.

    Args:
        name: the registered experiment.
        registry, plugins: where names are looked up.
        data: see `frame_data`.
        columns: what the frame has.
        sets: changes, made last.

    Raises:
        VBGError: the experiment is unknown or not valid, or reads nothing that the frame has.
    """
    options = registry.options(name, plugins)
    place = registry.places["experiments", name]
    encoders = _encoders(options, columns, registry, place)
    kept: Options = {key: value for key, value in options.items() if key not in ABOUT_DATA}
    kept |= {"description": "", "data": data, "tasks": list(data["targets"]), "encoders": encoders}
    kept["fusion"] = options.get("fusion") if len(encoders) > 1 else None
    kept["loop"] = {**options.get("loop", {}), **CLASSES}
    kept["train"] = _training(options.get("train", {}), encoders)
    if (kept.get("adversarial") or {}).get("over") != SYNTHETIC:
        kept["adversarial"] = None
    for assignment in sets:
        kept = registry.changed(kept, parse_sets([assignment]), "--set", plugins)
    return resolve(name + SUFFIX, kept, plugins, place)


def _encoders(options: Options, columns: FrameColumns, registry: Registry, config_path: str) -> Options:
    there = columns.modalities()
    given = options.get("encoders", {})
    chosen: Options = {key: encoder for key, encoder in given.items() if modality_of(key) in there}
    joins = METADATA in registry.entries["encoders"] and (options.get("fusion") is not None or not chosen)
    if joins and "metadata" in there and "metadata" not in map(modality_of, chosen):
        chosen["metadata"] = registry.entries["encoders"][METADATA]
    if not chosen:
        reads, has = ", ".join(given), ", ".join(there) or "no column to read"
        fix = "Name the columns: image=..., text=..., metadata=..."
        raise VBGError(config_path, f"reads {reads}, and the frame has {has}", fix)
    return chosen


def _training(train: Mapping[str, Any], encoders: Options) -> Options:
    """Options of `train` without what is about other modalities."""
    kept, reads = dict(train), {modality_of(key) for key in encoders}
    for key in PER_MODALITY:
        if isinstance(kept.get(key), Mapping):
            kept[key] = {modality: value for modality, value in kept[key].items() if modality_of(modality) in reads}
    return kept
