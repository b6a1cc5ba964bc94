"""What a finished run left behind that shows how it was made, read again from its files and from the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.experiment import Experiment
from vbg_framework.contracts.record import Record
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.loading.record_items import RecordItems
from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.readers.own_table import own_table
from vbg_framework.generation.feedback import STATE, taught_folder
from vbg_framework.generation.inner import Inner, divide_inner
from vbg_framework.generation.pool import records
from vbg_framework.generation.round_pools import SAMPLES
from vbg_framework.generation.sieve import image_hash


@dataclass(frozen=True)
class Evidence:
    """One run, as its files tell it.

    Args:
        experiment: what was run.
        prepared: its data.
        items: split -> its records, divided anew from the data.
        inner: the training split, divided once more; None without an augmenter.
        made: the generated records the classifier trained on.
        hashes: id of each of those that has a picture -> its perceptual hash, (32,) uint8; None if it is blank.
        summary: what `metrics.json` says of them.
        rounds: what `rounds.json` holds.
        tested: ids in `predictions.parquet`.
        taught: whether the augmenter learnt from the round before the last one.
    """

    experiment: Experiment
    prepared: Prepared
    items: Mapping[str, Items]
    inner: Inner | None
    made: Sequence[Record]
    hashes: Mapping[str, np.ndarray | None]
    summary: Mapping[str, Any]
    rounds: Sequence[Mapping[str, Any]]
    tested: frozenset[str]
    taught: bool

    def texts(self) -> dict[str, Items | RecordItems]:
        """`train`, `validation`, `test` and `generated` records, with the texts the model read."""
        real = self.items["train"]
        made = RecordItems(self.made, tasks=real.tasks, modalities=real.modalities, text=real.text,
                               kinds=real.prepared.kinds, labels=self.experiment.inputs.labels)  # fmt: skip
        return {**self.items, "generated": made}


def gather(run: RunFolder, prepared: Prepared) -> Evidence:
    """Read what a run left behind.

    Raises:
        VBGError: the run is not finished, had other data, or a generated picture cannot be read.
    """
    _check(run, prepared)
    experiment = Experiment.model_validate(run.config()["experiment"])
    (_, items), made = open_items(experiment, prepared), samples(run)
    rounds = run.rounds()
    taught = (taught_folder(run.path, experiment.loop.rounds - 1) / STATE).is_dir()
    tested = own_table(run.path / "predictions.parquet", ["id"])["id"].to_pylist()
    return Evidence(
        experiment, prepared, items, _inner(experiment, prepared, items["train"]), made,
        {record.id: _hash(record) for record in made if "image" in record.inputs},
        run.metrics().get("generated", {}), rounds, frozenset(tested), taught,
    )  # fmt: skip


def samples(run: RunFolder) -> list[Record]:
    """The generated records the classifier of a run trained on; `image` is a path."""
    folder = run.path / "synthetic"
    return records(folder, read_lines(folder / SAMPLES))


def _check(run: RunFolder, prepared: Prepared) -> None:
    if run.state != "finished":
        raise VBGError(run.name, f"the run is {run.state}, so it cannot be checked", "Bring it to its end first.")
    if run.environment().get("data_fingerprint") != prepared.fingerprint:
        raise VBGError(run.name, "the data set changed since this run", "Start a new run.")


def _inner(experiment: Experiment, prepared: Prepared, train: Items) -> Inner | None:
    if experiment.augmenter is None:
        return None
    loop, seed = experiment.loop, experiment.split.seed
    return divide_inner(train, experiment.scarce_task, share=loop.inner, seed=seed, fingerprint=prepared.fingerprint)


def _hash(record: Record) -> np.ndarray | None:
    try:
        return image_hash(decode(record.inputs["image"]))
    except ImageError as error:
        raise VBGError(str(record.inputs["image"]), str(error), "Repeat the run.") from error
