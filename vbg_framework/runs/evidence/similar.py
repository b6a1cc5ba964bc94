"""`vbg similar`: the records of a run that are most like one record. n records, D numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.data.preparation.columns import TARGET
from vbg_framework.learning.prediction.saved import Given
from vbg_framework.runs.evidence.embedding import Embedding, embedded
from vbg_framework.runs.evidence.material import Evidence


@dataclass(frozen=True)
class Neighbour:
    """One record like the query.

    Args:
        id, part: the record and its part of the split.
        similarity: cosine of the standardised vectors, -1..1.
        labels: task -> what it is called.
    """

    id: str
    part: str
    similarity: float
    labels: Mapping[str, Any]


def asked(evidence: Evidence, record: Given | str) -> tuple[Embedding, str]:
    """The vectors of a record as `RunModel.similar` takes it, and its id if it is one of the run, else "".

    Raises:
        VBGError: see `of_record` and `of_inputs`.
    """
    return (of_record(evidence, record), record) if isinstance(record, str) else (of_inputs(evidence, record), "")


def of_record(evidence: Evidence, identity: str) -> Embedding:
    """The vectors of a record of the run.

    Raises:
        VBGError: no record has this id.
    """
    if identity not in evidence.ids:
        what = f"no record of the run has the id '{identity}', and no file has this name"
        raise VBGError("vbg similar", what, did_you_mean(identity, evidence.ids))
    place, whole = evidence.place(identity), evidence.embedding
    vectors = {name: each[place : place + 1] for name, each in whole.vectors.items()}
    present = {name: each[place : place + 1] for name, each in whole.present.items()}
    return Embedding([identity], vectors, present, whole.counted)


def of_inputs(evidence: Evidence, given: Given) -> Embedding:
    """The vectors of something new, given as `SavedModel.predict` takes it.

    Raises:
        VBGError: nothing of it can be read.
    """
    model = evidence.finished.model
    reading = model.reading(given)
    if not reading.inputs:
        raise VBGError("vbg similar", reading.problem or "nothing that the model reads", "Give a picture or a text.")
    return embedded(model, [""], [reading.inputs])


def similar(
    evidence: Evidence, query: Embedding, *, by: Sequence[str] = (), count: int = 10, without: str = "", part: str = ""
) -> list[Neighbour]:
    """The records with the largest similarity, the most similar first; of views of one object the nearest alone.

    Args:
        evidence: the records to look among.
        query: one record.
        by: modalities that count; empty = all that the query has.
        count: most records.
        without: id of a record whose object is left out: the query itself.
        part: of the split, the only one to look in; "" = all.

    Raises:
        VBGError: a modality that the run or the query does not have, or `count` is below 1.
    """
    if count < 1:
        raise VBGError("similar", f"count must be at least 1, got {count}", "Ask for a record or more.")
    whole = evidence.embedding
    chosen = list(by) or [name for name in whole.vectors if query.present[name][0]]
    for name in chosen:
        if name not in whole.vectors or not query.present[name][0]:
            there = [name for name in whole.vectors if query.present[name][0]]
            raise VBGError("--by", f"the query has no '{name}' that the model reads", did_you_mean(name, there))
    own = evidence.place(without) if without else None
    return [_neighbour(evidence, *found) for found in evidence.index.nearest(query, chosen, count, own, part)]


def _neighbour(evidence: Evidence, index: int, similarity: float) -> Neighbour:
    row = evidence.prepared.table[int(evidence.rows[index])]
    labels = {task.name: row[TARGET + task.name] for task in evidence.items.tasks}
    return Neighbour(evidence.ids[index], evidence.parts[index], similarity, labels)
