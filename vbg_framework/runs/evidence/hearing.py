"""What a model makes of some records: vectors of encoders and fusion, and answers with each set of inputs.

n records, D numbers, C classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from accelerate.utils import send_to_device

from vbg_framework.contracts.interfaces import Features
from vbg_framework.contracts.modality import modality_of
from vbg_framework.learning.batch import Batch
from vbg_framework.learning.explanation.asking import FEATURES, Answered
from vbg_framework.learning.explanation.shapley import Team, teams
from vbg_framework.learning.prediction.saved import SavedModel
from vbg_framework.runs.evidence.embedding import BATCH, Embedding, pooled, stacked
from vbg_framework.screen import Screen

FUSED, ANSWERS = "fused", "answers"
"""Stand for what the head reads, and for the probabilities it gives, beside the names of encoders."""


@dataclass(frozen=True)
class Hearing:
    """What was made of n records, each encoded once.

    Args:
        embedding: their vectors: of each encoder, `FUSED` if there is a fusion, and `ANSWERS`, all tasks in a row.
        answers: set of inputs, never empty -> task -> (n, C) probabilities with these alone.
    """

    embedding: Embedding
    answers: Mapping[Team, Answered]


def hear(model: SavedModel, ids: Sequence[str], inputs: Sequence[Mapping[str, Any]], screen: Screen) -> Hearing:
    """Ask about records, a batch at a time.

    Args:
        model: who is asked.
        ids: n names, at least one.
        inputs: n mappings, modality -> raw item; none is empty.
        screen: shows progress.
    """
    parts = []
    with screen.progress("Encoding", len(ids)) as bar:
        for start in range(0, len(ids), BATCH):
            some = slice(start, start + BATCH)
            parts.append(_heard(model, ids[some], inputs[some]))
            bar.advance(len(ids[some]))
    answers = {
        team: {task: np.concatenate([part.answers[team][task] for part in parts]) for task in model.tasks}
        for team in parts[0].answers
    }
    return Hearing(stacked([part.embedding for part in parts]), answers)


@torch.inference_mode()
def _heard(model: SavedModel, ids: Sequence[str], inputs: Sequence[Mapping[str, Any]]) -> Hearing:
    batch = send_to_device(model.batch(inputs), model.device)
    features = model.model.features(batch)
    players = list(dict.fromkeys(modality_of(key) for key in features))
    answers = {team: model.answers(_with_only(batch, features, team)) for team in teams(players)[1:]}
    found = pooled(model, ids, batch, features)
    more = {ANSWERS: np.hstack(list(answers[frozenset(players)].values()))}
    if model.model.fusion is not None:
        more = {FUSED: model.model.join(features).flatten(1).float().cpu().numpy(), **more}
    there = dict.fromkeys(more, np.ones(len(ids), bool))
    whole = Embedding(ids, {**found.vectors, **more}, {**found.present, **there}, found.counted | more.keys())
    return Hearing(whole, answers)


def _with_only(batch: Batch, features: Mapping[str, Features], team: Team) -> Batch:
    """A batch whose records have no other inputs than these, which are encoded already."""
    inputs = {
        key: {name: getattr(each, name) for name in FEATURES}
        for key, each in features.items()
        if modality_of(key) in team
    }
    present = {key: has & (key in inputs) for key, has in batch["present"].items()}
    return {**batch, "inputs": inputs, "present": present}
