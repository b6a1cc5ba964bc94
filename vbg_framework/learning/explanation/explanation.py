"""Why a model gives an answer: shares of inputs, regions of the picture, words, fields of metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.contracts.record import Task
from vbg_framework.learning.explanation.asking import Answered, Asking
from vbg_framework.learning.explanation.regions import covered, heat
from vbg_framework.learning.explanation.shapley import Team, shapley, teams
from vbg_framework.learning.explanation.warning import disagreement, distance, leaderless, named
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
        says: input -> the classes that the model names where the record has this input alone; nothing for the only
            input.
        beyond: share of the training objects of the run that are nearer to their nearest than this record is to its
            nearest; None = not compared, as the model alone does not know them.
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
    says: Mapping[str, Sequence[str]]
    beyond: float | None = None

    @property
    def disagreement(self) -> str:
        """Which input leads to which class where not all lead to the answer, in a sentence; "" = all do."""
        return disagreement(self.says, self.label)

    @property
    def leaderless(self) -> bool:
        """Whether no input alone leads to the answer."""
        return leaderless(self.says, self.label)

    @property
    def distance(self) -> str:
        """That the record is far from all training objects, in a sentence; "" = it is not, or not compared."""
        return distance(self.beyond)

    def json(self) -> dict[str, Any]:
        """Ready for JSON; words as they stand in the text."""
        kept: dict[str, Any] = {name: getattr(self, name) for name in ("task", "label", "probability", "prior")}
        kept |= {name: dict(getattr(self, name)) for name in ("shares", "alone", "without", "fields")}
        kept["words"] = [{"words": self.text[start:end], "fall": fall} for start, end, fall in self.words]
        kept["regions"] = None if self.regions is None else self.regions.tolist()
        kept |= {"says": {name: list(each) for name, each in self.says.items()}, "beyond": self.beyond}
        kept["warnings"] = [each for each in (self.disagreement, self.distance) if each]
        said: dict[str, Any] = {"probabilities": dict(self.prediction.probabilities[self.task])}
        said["set"] = list(self.prediction.sets.get(self.task, ()))
        return {"id": self.prediction.id, **kept, **said}


def explain(model: SavedModel, record: Given, tasks: Sequence[str] = ()) -> list[Explanation]:
    """Explain the most probable classes of one record, by asking the model about changed copies.

    Nothing is asked of plugins: covering parts of a picture, leaving out words and fields, and exact Shapley values
    over the inputs work with any encoder, fusion and head. Every copy is answered once, for all tasks.

    Args:
        model: a trained model.
        record: as `SavedModel.predict` takes it.
        tasks: the questions; empty = all.

    Raises:
        VBGError: a task is unknown, or nothing of the record can be read.
    """
    for task in tasks:
        if task not in model.tasks:
            raise VBGError("explain", f"unknown task '{task}'", did_you_mean(task, model.tasks))
    (prediction,) = model.predict([record], tell=lambda _: None)
    inputs = model.reading(record).inputs
    if not inputs:
        raise VBGError(f"record '{prediction.id}'", prediction.problem, "Give what the model reads.")
    copies = _Copies.asked(model, inputs)
    return [copies.explanation(prediction, model.tasks[name]) for name in tasks or model.tasks]


@dataclass(frozen=True)
class _Copies:
    """What the model says of the changed copies of one record.

    Args:
        inputs: of the record.
        teams: inputs that are there -> task -> (1, C); neither none nor all of them.
        regions: task -> (windows, C), or nothing.
        spans: where the words stand.
        words, fields: task -> (C,) without each word, and without each field.
    """

    inputs: Mapping[str, Any]
    teams: Mapping[Team, Answered]
    regions: Answered
    spans: Sequence[Span]
    words: Sequence[Mapping[str, np.ndarray]]
    fields: Sequence[Mapping[str, np.ndarray]]

    @classmethod
    def asked(cls, model: SavedModel, inputs: Mapping[str, Any]) -> _Copies:
        """Ask about every copy."""
        asking, players = Asking(model, inputs), list(inputs)
        facts = {team: asking.with_only(sorted(team, key=players.index)) for team in teams(players)[1:-1]}
        text, meta = inputs.get("text", ""), inputs.get("metadata", {})
        lacking = {name: facts.get(frozenset(players) - {name}) or _priors(model) for name in players}
        chosen = spans(text)
        copies = [{name: value for name, value in meta.items() if name != left} for left in meta]
        regions = asking.with_items("image", covered(inputs["image"])) if "image" in inputs else {}
        words = _left(asking, "text", without(text, chosen), lacking) if text else []
        fields = _left(asking, "metadata", copies, lacking) if meta else []
        return cls(inputs, facts, regions, chosen, words, fields)

    def explanation(self, prediction: Prediction, task: Task) -> Explanation:
        """Of one task: what the copies say of its most probable class."""
        said, players = prediction.probabilities[task.name], list(self.inputs)
        label = max(said, key=lambda name: said[name])
        code, probability, prior = task.classes.index(label), said[label], _prior(task, label)
        value = {team: float(each[task.name][0, code]) for team, each in self.teams.items()}
        value |= {frozenset(): prior, frozenset(players): probability}
        falls, fields = (
            [probability - float(each[task.name][code]) for each in left] for left in (self.words, self.fields)
        )
        drops = probability - self.regions[task.name][:, code] if self.regions else None
        return Explanation(
            prediction, task.name, label, probability, prior,
            shares=shapley(value, players),
            alone={name: value[frozenset([name])] for name in players},
            without={name: value[frozenset(players) - {name}] for name in players} if len(players) > 1 else {},
            regions=None if drops is None else heat(drops.tolist()),
            words=[(start, end, fall) for (start, end), fall in zip(self.spans, falls, strict=True)],
            text=self.inputs.get("text", ""),
            fields=dict(zip(self.inputs.get("metadata", {}), fields, strict=True)),
            says={
                name: named(task, self.teams[frozenset([name])][task.name][0]) for name in players if len(players) > 1
            },
        )  # fmt: skip


def _prior(task: Task, label: str) -> float:
    return task.counts[task.classes.index(label)] / max(1, sum(task.counts))


def _priors(model: SavedModel) -> Answered:
    """What is known without a record, in the shape of an answer."""
    return {name: np.array([[_prior(task, label) for label in task.classes]]) for name, task in model.tasks.items()}


def _left(
    asking: Asking, modality: str, items: Sequence[Any], lacking: Mapping[str, Answered]
) -> list[dict[str, np.ndarray]]:
    """Answers with each item; where nothing of the input is left, those without it."""
    filled = [index for index, item in enumerate(items) if item]
    result = asking.with_items(modality, [items[place] for place in filled])
    row = {place: number for number, place in enumerate(filled)}
    return [
        {task: result[task][row[index]] if index in row else lacking[modality][task][0] for task in asking.model.tasks}
        for index in range(len(items))
    ]
