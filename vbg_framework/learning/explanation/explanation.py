"""Why a model gives an answer: shares of inputs, regions of the picture, words, fields of metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.record import Task
from vbg_framework.learning.explanation.asking import Asking
from vbg_framework.learning.explanation.regions import covered, heat
from vbg_framework.learning.explanation.shapley import shapley, teams
from vbg_framework.learning.explanation.words import Span, spans, without
from vbg_framework.learning.prediction.prediction import Prediction
from vbg_framework.learning.prediction.saved import Given, SavedModel


@dataclass(frozen=True)
class Explanation:
    """Why a record gets its class of one task. All values are probabilities or differences of them.

    Args:
        prediction: what the model says of the record.
        task, label: the question and the class that is explained: the most probable one.
        probability: of that class.
        prior: its share among the training records: what is known without the record.
        shares: input -> its Shapley value; with `prior` they sum to `probability`.
        alone: input -> the probability where the record has this input alone.
        without: input -> the probability where it lacks this input; nothing for the only input.
        regions: (8, 8) fall of the probability where a part of the picture is covered, or None.
        words: begin, end and fall of the probability where these words are left out.
        text: what the words stand in.
        fields: field of the metadata -> fall of the probability where it is missing.
    """

    prediction: Prediction
    task: str
    label: str
    probability: float
    prior: float
    shares: Mapping[str, float]
    alone: Mapping[str, float]
    without: Mapping[str, float]
    regions: np.ndarray | None
    words: Sequence[tuple[int, int, float]]
    text: str
    fields: Mapping[str, float]

    def json(self) -> dict[str, Any]:
        """Ready for JSON; words as they stand in the text."""
        kept: dict[str, Any] = {name: getattr(self, name) for name in ("task", "label", "probability", "prior")}
        kept |= {name: dict(getattr(self, name)) for name in ("shares", "alone", "without", "fields")}
        kept["words"] = [{"words": self.text[start:end], "fall": fall} for start, end, fall in self.words]
        kept["regions"] = None if self.regions is None else self.regions.tolist()
        said: dict[str, Any] = {"probabilities": dict(self.prediction.probabilities[self.task])}
        said["set"] = list(self.prediction.sets.get(self.task, ()))
        return {"id": self.prediction.id, **kept, **said}


def explain(model: SavedModel, record: Given, task: str | None = None) -> Explanation:
    """Explain the most probable class of one record, by asking the model about changed copies.

    Nothing is asked of plugins: covering parts of a picture, leaving out words and fields, and exact Shapley values
    over the inputs work with any encoder, fusion and head.

    Args:
        model: a trained model.
        record: as `SavedModel.predict` takes it.
        task: the question; None = the first.

    Raises:
        VBGError: the task is unknown, or nothing of the record can be read.
    """
    if task is not None and task not in model.tasks:
        raise VBGError("explain", f"unknown task '{task}'", did_you_mean(task, model.tasks))
    asked = model.tasks[task or next(iter(model.tasks))]
    (prediction,) = model.predict([record], tell=lambda _: None)
    inputs = model.reading(record).inputs
    if not inputs:
        raise VBGError(f"record '{prediction.id}'", prediction.problem, "Give what the model reads.")
    said = prediction.probabilities[asked.name]
    label = max(said, key=lambda name: said[name])
    return _explained(model, inputs, prediction, asked, label)


def _explained(
    model: SavedModel, inputs: Mapping[str, Any], prediction: Prediction, task: Task, label: str
) -> Explanation:
    asking = Asking(model, inputs, task.name, task.classes.index(label))
    prior, probability = _prior(task, label), prediction.probabilities[task.name][label]
    players = list(inputs)
    value = {team: asking.with_only(sorted(team, key=players.index)) for team in teams(players)[1:-1]}
    value |= {frozenset(): prior, frozenset(players): probability}
    lacking = {name: value[frozenset(players) - {name}] for name in players}
    text, meta = inputs.get("text", ""), inputs.get("metadata", {})
    return Explanation(
        prediction, task.name, label, probability, prior,
        shares=shapley(value, players),
        alone={name: value[frozenset([name])] for name in players},
        without=lacking if len(players) > 1 else {},
        regions=_regions(asking, probability) if "image" in inputs else None,
        words=_words(asking, text, probability, lacking) if text else [],
        text=text,
        fields=_fields(asking, meta, probability, lacking) if meta else {},
    )  # fmt: skip


def _prior(task: Task, label: str) -> float:
    code = task.classes.index(label)
    return task.counts[code] / max(1, sum(task.counts))


def _regions(asking: Asking, probability: float) -> np.ndarray:
    return heat((probability - asking.with_items("image", covered(asking.inputs["image"]))).tolist())


def _words(asking: Asking, text: str, probability: float, lacking: Mapping[str, float]) -> list[tuple[int, int, float]]:
    chosen: list[Span] = spans(text)
    left = _left(asking, "text", without(text, chosen), lacking)
    return [(start, end, probability - value) for (start, end), value in zip(chosen, left, strict=True)]


def _fields(
    asking: Asking, fields: Mapping[str, Any], probability: float, lacking: Mapping[str, float]
) -> dict[str, float]:
    copies = [{name: value for name, value in fields.items() if name != left} for left in fields]
    left = _left(asking, "metadata", copies, lacking)
    return {name: probability - value for name, value in zip(fields, left, strict=True)}


def _left(asking: Asking, modality: str, items: Sequence[Any], lacking: Mapping[str, float]) -> list[float]:
    """Probabilities with each item; where nothing of the input is left, those without it."""
    filled = [item for item in items if item]
    found = iter(asking.with_items(modality, filled).tolist() if filled else ())
    return [next(found) if item else lacking[modality] for item in items]
