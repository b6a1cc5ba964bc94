"""Answers to batches of records by Ray Data, where one machine is not enough."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import unpublished
from vbg_framework.base.ray_cluster import RayCluster, first_line, go_to
from vbg_framework.learning.prediction.kept_answers import KeptAnswers, as_text
from vbg_framework.learning.prediction.plain_record import plain, record_of
from vbg_framework.learning.prediction.saved import Seen
from vbg_framework.learning.prediction.workers import answered

PART = 8
"""Batches per Parquet file, which an actor answers at a time."""
SCHEMA = pa.schema({"key": pa.string(), "records": pa.string(), "blobs": pa.list_(pa.binary())})
FIX = "What was answered is kept: the same command goes on from there."


class RayAnswers:
    """Answers batches by actors that hold the model, and writes the answers down; they are not in order.

    The records go by way of Parquet files beside the table that is written, which all machines must see.

    Args:
        folder: the `model` folder of a run.
        block: names of plugins not to import.
        count: of actors; None = one per GPU, or one per two cores.
        address: of a cluster, such as `auto` or `ray://host:10001`; None = start Ray on this machine, on loopback.

    Raises:
        VBGError: Ray is not installed, the cluster does not answer, or there is to be no actor.
    """

    def __init__(self, folder: Path, block: Iterable[str], count: int | None, address: str | None) -> None:
        if count is not None and count < 1:
            raise VBGError("--workers", f"must be at least 1, got {count}", "Example: --workers 2.")
        self._cluster = RayCluster(address, count)
        self._actor = {"place": self._cluster.place, "folder": folder.resolve(), "block": tuple(block)}

    def __enter__(self) -> RayAnswers:
        return self

    def __exit__(self, *error: object) -> None:
        self._cluster.close()

    def __call__(self, kept: KeptAnswers, batches: Iterable[Seen]) -> None:
        """Answer those batches that are not kept, and keep the answers.

        Raises:
            VBGError: a plugin failed, or the cluster did.
        """
        with unpublished(kept.path.with_name(f"{kept.path.name}.records")) as home:
            home.mkdir()
            if not (files := [*_parts(home.resolve(), kept.missing(batches))]):
                return
            try:
                for row in self._rows(files):
                    kept.keep(row["key"], row["answers"])
            except self._cluster.ray.exceptions.RayError as error:
                cause = getattr(error, "cause", None)
                if isinstance(cause, VBGError):
                    raise cause from None
                raise VBGError("--engine ray", f"the work ended ({first_line(cause or error)})", FIX) from error

    def _rows(self, files: list[str]) -> Iterator[dict[str, Any]]:
        from ray import data

        logging.getLogger("ray.data").setLevel(logging.ERROR)
        data.DataContext.get_current().enable_progress_bars = False
        # Actors read the files: tasks that do would wait for ever for cores that the actors have.
        given = data.from_items([{"file": name} for name in files], override_num_blocks=len(files))
        answers = given.map_batches(
            Actor, fn_constructor_kwargs=self._actor, batch_size=1, batch_format="pyarrow",
            compute=data.ActorPoolStrategy(size=self._cluster.slots), **self._cluster.share,
        )  # fmt: skip
        yield from answers.iter_rows()


class Actor:
    """What answers on a machine of the cluster.

    Args:
        place: the working folder of the driver.
        folder: the `model` folder.
        block: names of plugins not to import.
    """

    def __init__(self, place: Path, folder: Path, block: tuple[str, ...]) -> None:
        go_to(place)
        self._folder, self._block = folder, block

    def __call__(self, table: pa.Table) -> pa.Table:
        """Keys and answers of the batches in a file, which the table names."""
        batches = pq.read_table(table["file"][0].as_py())
        answers = [as_text(answered(self._folder, self._block, _seen(row))) for row in batches.to_pylist()]
        return pa.table({"key": batches["key"], "answers": pa.array(answers, pa.string())})


def _seen(row: dict[str, Any]) -> Seen:
    return [(number, record_of(given, row["blobs"])) for number, given in enumerate(json.loads(row["records"]))]


def _parts(home: Path, named: Iterator[tuple[str, Seen]]) -> Iterator[str]:
    """Write the batches into files of `PART` rows, a batch each."""
    number = 0
    while some := [_row(key, batch) for key, batch in islice(named, PART)]:
        path = home / f"{number:07}.parquet"
        pq.write_table(pa.Table.from_pylist(some, SCHEMA), path)
        number += 1
        yield str(path)


def _row(key: str, batch: Seen) -> dict[str, Any]:
    blobs: list[bytes] = []
    return {"key": key, "records": json.dumps([plain(view, blobs) for _, view in batch]), "blobs": blobs}
