"""The records of a finished run, and what its encoders make of them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import SPLITS
from vbg_framework.data.loading.opening import open_items
from vbg_framework.runs.evidence.embedding import Embedding, embed, keep, recall
from vbg_framework.runs.evidence.index import Index
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen

FILE = "embedding.safetensors"
"""Kept in the folder of the run, so that the encoders are asked once."""


class Evidence:
    """All records of a run, in the order of their ids, with their part and their vectors.

    Args:
        finished: the run.
        screen: shows progress.

    Raises:
        VBGError: the data it learnt from is not on this machine.
    """

    def __init__(self, finished: FinishedRun, screen: Screen) -> None:
        if finished.prepared is None:
            fix = "Put the source back and prepare it again: vbg data prepare NAME."
            raise VBGError(finished.run.name, "the data it learnt from is not on this machine, or has changed", fix)
        self.finished, self.prepared, self._screen = finished, finished.prepared, screen
        splits, parts = open_items(finished.resolved.experiment, finished.prepared)
        rows = finished.prepared.sorted(np.concatenate([splits.rows[name] for name in SPLITS]))
        part_of = {row: name for name in SPLITS for row in splits.rows[name].tolist()}
        self.items = parts["train"].at(rows)
        self.rows, self.parts = rows, [part_of[row] for row in rows.tolist()]
        self.ids = self.items.ids
        self.names = self.items.records
        firsts = {name: place for place, name in reversed([*enumerate(self.names)])}
        self._places = firsts | {identity: index for index, identity in enumerate(self.ids)}

    @cached_property
    def embedding(self) -> Embedding:
        """What the encoders make of every record; they are asked once for all commands."""
        file = self.finished.run.path / FILE
        made = recall(file, self.prepared.fingerprint, self.ids)
        if made is None:
            made = embed(self.finished.model, self.items, self._screen)
            keep(file, self.prepared.fingerprint, made)
        return made

    @cached_property
    def index(self) -> Index:
        """The records, ready to be searched; made once."""
        return Index(self.embedding, self.items.column("cluster"), self.parts)

    def place(self, identity: str) -> int:
        """Where a record stands among `items`."""
        return self._places[identity]

    def row(self, identity: str) -> int:
        """Where a record stands in the table of the data set."""
        return int(self.rows[self.place(identity)])
