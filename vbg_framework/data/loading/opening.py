"""From a prepared data set to the training, validation and test sets of an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import Experiment
from vbg_framework.contracts.modality import modality_of
from vbg_framework.contracts.record import SPLITS
from vbg_framework.data.catalogue.text import TextPolicy, text_fields
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.known_labels import with_known_labels
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.preparation.splits import Splits


def open_items(experiment: Experiment, prepared: Prepared) -> tuple[Splits, dict[str, Items]]:
    """Divide a prepared data set as an experiment says; split -> its items, with what its encoders read.

    Raises:
        VBGError: see `Prepared.split` and `TextPolicy`; or no record to learn from has what an encoder reads.
    """
    prepared = with_known_labels(prepared, experiment.inputs.labels)
    reads = _reads(experiment, prepared)
    _check_read(experiment, prepared, reads, "record", slice(None))
    splits = prepared.split(experiment.split, experiment.tasks, experiment.licences, reads)
    _check_read(experiment, prepared, reads, "training record", splits.rows["train"])
    policy = TextPolicy(experiment.text, fields=prepared.text_fields, tasks=splits.tasks)
    return splits, {
        split: Items(prepared, splits.rows[split], tasks=splits.tasks, modalities=experiment.modalities, text=policy)
        for split in SPLITS
    }


def _reads(experiment: Experiment, prepared: Prepared) -> Mapping[str, Sequence[str]]:
    """Modality -> its fields, of all that the encoders read."""
    text = text_fields(experiment.text, prepared.text_fields)
    known: dict[str, Sequence[str]] = {"text": text, "metadata": prepared.metadata_fields}
    return {modality: known.get(modality, ()) for modality in experiment.modalities}


def _check_read(
    experiment: Experiment, prepared: Prepared, reads: Mapping[str, Sequence[str]], what: str, rows: slice | np.ndarray
) -> None:
    """Every encoder must have something to learn from among these rows of the table."""
    for modality, fields in reads.items():
        if not prepared.has(modality, fields)[rows].any():
            key = next(key for key in experiment.encoders if modality_of(key) == modality)
            encoder, data = experiment.encoders[key].get("type"), prepared.info["name"]
            message = f"no {what} of data '{data}' has {modality}{_named(fields)}, which encoder '{encoder}' reads"
            raise VBGError(f"encoders.{key}", message, "Take this encoder away, or map what it reads in the data set.")


def _named(fields: Sequence[str]) -> str:
    return f" in {', '.join(fields)}" if fields else ""
