"""The records of a source that a model is to predict."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.record import Dataset
from vbg_framework.data.readers.field_table import FieldTable
from vbg_framework.data.readers.picture_folder import PictureFolder

if TYPE_CHECKING:
    from vbg_framework.learning.prediction.saved import SavedModel


def open_source(model: SavedModel, source: Path, columns: Mapping[str, str]) -> Dataset:
    """The records of a source, read by the data set the model was trained with if it can, otherwise by their names.

    Raises:
        VBGError: the source cannot be read, or a field or column is unknown.
    """
    if not source.exists():
        raise VBGError(str(source), "no such file or folder", "Check the path.")
    fields = model.fields()
    named = ["id", "image", *model.kinds, *(field for result in fields.values() for field in result)]
    for field in columns:
        if field not in named:
            raise VBGError("--column", f"unknown field '{field}'", did_you_mean(field, named))
    labels = model.experiment.inputs.labels
    result = model.data.component.load().partly_labelled(model.data.config, source, columns, labels)
    if result is not None:
        return result
    if source.is_dir():
        return _folder(model, source)
    return FieldTable(source, fields.get("text", ()), fields.get("metadata", ()), columns, model.kinds)


def _folder(model: SavedModel, source: Path) -> PictureFolder:
    """The files of the first modality that the model reads from files: pictures unless it reads none."""
    reads = [name for name in model.kinds if name in model.experiment.modalities and model.kinds[name].suffixes]
    if "image" in model.experiment.modalities or not reads:
        return PictureFolder(source)
    return PictureFolder(source, model.kinds[reads[0]].suffixes, reads[0])
