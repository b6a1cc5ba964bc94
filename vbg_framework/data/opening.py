"""From a prepared data set to what an experiment learns from and is tested on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vbg_framework.config.experiment import Experiment
from vbg_framework.contracts.record import SPLITS
from vbg_framework.data.items import Items
from vbg_framework.data.prepared import Prepared, Splits
from vbg_framework.data.text import TextPolicy, text_fields


def open_items(experiment: Experiment, prepared: Prepared) -> tuple[Splits, dict[str, Items]]:
    """Divide a prepared data set as an experiment says; split -> its items, with what its encoders read.

    Raises:
        VBGError: see `Prepared.split` and `TextPolicy`.
    """
    splits = prepared.split(experiment.split, experiment.tasks, experiment.licences, _reads(experiment, prepared))
    policy = TextPolicy(experiment.text, fields=prepared.text_fields, tasks=splits.tasks)
    modalities = list(experiment.encoders)
    return splits, {
        split: Items(prepared, splits.rows[split], tasks=splits.tasks, modalities=modalities, text=policy)
        for split in SPLITS
    }


def _reads(experiment: Experiment, prepared: Prepared) -> Mapping[str, Sequence[str]]:
    """Modality -> its fields, of all that the encoders read."""
    text = text_fields(experiment.text, prepared.text_fields)
    known: dict[str, Sequence[str]] = {"image": (), "text": text, "metadata": prepared.metadata_fields}
    return {modality: known[modality] for modality in experiment.encoders if modality in known}
