"""Where the records of a run lie for its encoders and its fusion. n records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from vbg_framework.contracts.record import Record, classes_of
from vbg_framework.data.pictures.image import ImageError, decode
from vbg_framework.data.preparation.columns import TARGET
from vbg_framework.generation.pool import records
from vbg_framework.report.evidence import SAMPLES, made_entries, sampled
from vbg_framework.report.feature_map import GENERATED, FeatureMap, Panel, Point
from vbg_framework.report.samples import line_count
from vbg_framework.runs.evidence.embedding import BATCH, Embedding, embedded, stacked
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.projection import flat
from vbg_framework.runs.evidence.shown import pictured, thumbnail
from vbg_framework.screen import Screen

REAL = 300
"""Most real records that are drawn."""
SIDE = 84  # px of a thumbnail


class Drawn(NamedTuple):
    """A record that is drawn: the dot, what the model reads of it, and the object it shows."""

    point: Point
    inputs: Mapping[str, Any]
    cluster: str


def spaces(evidence: Evidence, screen: Screen, layout: str) -> FeatureMap:
    """Some records of all parts and some generated ones, drawn by a seed, laid out by input and as the head reads them.

    Args:
        evidence: the records of the run.
        screen: shows progress.
        layout: one of `projection.LAYOUTS`.
    """
    entries = made_entries(evidence.finished.run.path)
    drawn = [*_real(evidence), *_made(evidence, entries)]
    vectors = _asked(evidence, drawn, screen)
    points = [each.point for each in drawn]
    return FeatureMap(
        layout=layout, real=len(evidence.ids), made=_count(evidence), points=points,
        panels=[_panel(vectors, name, drawn, layout) for name in vectors.vectors],
    )  # fmt: skip
