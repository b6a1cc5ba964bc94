"""Real records of the mini museum; the augmenters that lie are those of the benchmark."""

from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.dataset import MiniMuseum

from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import TrainView

MUSEUM = MiniMuseum(MiniMuseumConfig(objects=400, views=2, size=64, tail=6, missing_text=0))
FORMS = MUSEUM.tasks[0].classes
_liars = runpy.run_path(str(Path(__file__).parents[3] / "benchmarks" / "liars.py"))
LIARS, lies = {liar.__name__: liar for liar in _liars["LIARS"]}, _liars["lies"]


def real() -> tuple[TrainView, list[str], list[Record]]:
    """Training records, their objects, and records of other objects."""
    records = list(MUSEUM.records())
    known = [record for record in records if int(record.group[3:]) % 4]
    others = [record for record in records if int(record.group[3:]) % 4 == 0]
    return TrainView(known, tasks=MUSEUM.tasks[:4], task="form"), [record.group for record in known], others


def without_text(records: list[Record]) -> list[Record]:
    return [replace(record, inputs={"image": record.inputs["image"]}) for record in records]
