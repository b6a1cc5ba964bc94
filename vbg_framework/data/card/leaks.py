"""Label leakage: how well the catalogue text, or the museum of a record, predicts the label."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from datasets import Dataset

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig, TextConfig
from vbg_framework.contracts.record import Task, classes_of
from vbg_framework.data.card.probe import Scores, colours, majority, score, words
from vbg_framework.data.catalogue.text import TextPolicy, label_words
from vbg_framework.data.preparation.columns import META, TARGET, TEXT
from vbg_framework.data.preparation.prepared import Prepared

MOST = {"train": 10_000, "validation": 5_000}
"""Records looked at; of larger splits a random part."""
PICTURES = {"train": 1_500, "validation": 750}
SOURCES = range(2, 21)
"""A metadata field with so many different values, known for nine records of ten, may be a confounder."""
NAMED = 0.05
"""Share of texts naming their own class from which masking is recommended."""
TELLING = 0.8
"""Accuracy of a single field from which dropping it is recommended."""

Synonyms = Mapping[str, Sequence[str]]


def find_leaks(prepared: Prepared, synonyms: Synonyms | None = None, seed: int = 42) -> dict[str, Any]:
    """Measure for every task what gives its label away; numbers are shares and accuracies from 0 to 1.

    All models are trained on the training split and measured on the validation split, the test split stays untouched.

    Args:
        prepared: the data set.
        synonyms: class -> further words that give it away.
        seed: of the split and of the choice of records.

    Returns:
        task -> `words` (field -> share of training texts that name their own class, in all and per class),
        `text` (field -> accuracy and macro-F1 of TF-IDF and logistic regression), `sources` (metadata field -> how
        well it predicts the label, and how well text and colours predict it), `text_policy` (the options
        recommended for `text`), and `reason`; or `problem` if the task cannot be divided.
    """
    return {task.name: _task(prepared, task, synonyms or {}, seed) for task in prepared.tasks}


def _task(prepared: Prepared, task: Task, synonyms: Synonyms, seed: int) -> dict[str, Any]:
    try:
        splits = prepared.split(SplitConfig(seed=seed), [task.name])
    except VBGError as error:
        return {"problem": str(error)}
    parts = _Parts(splits.data, seed)
    known = {name: words for name, words in synonyms.items() if name in task.classes}
    target = parts.map(lambda data: _one_hot(data, task))
    named = {field: _named(parts.train, field, task, known) for field in prepared.text_fields}
    results: dict[str, Any] = {"majority": majority(*target), "words": named}
    results["text"] = _text(prepared, parts, task, known, target)
    results["sources"] = {field: _source(prepared, parts, field, target) for field in _sources(prepared)}
    return results | _advice(named, results["text"], results["majority"]["accuracy"])


@dataclass(frozen=True)
class _Parts:
    """Random parts of the training and validation splits."""

    data: Mapping[str, Dataset]
    seed: int

    def sample(self, most: Mapping[str, int]) -> Iterator[Dataset]:
        for split, count in most.items():
            data = self.data[split]
            generator = np.random.default_rng(self.seed)
            yield data if len(data) <= count else data.select(np.sort(generator.permutation(len(data))[:count]))

    @property
    def train(self) -> Dataset:
        return next(self.sample(MOST))

    def map(self, function: Any, most: Mapping[str, int] = MOST) -> tuple[Any, Any]:
        train, validation = (function(data) for data in self.sample(most))
        return train, validation


def _one_hot(data: Dataset, task: Task) -> np.ndarray:
    code = {name: index for index, name in enumerate(task.classes)}
    result = np.zeros((len(data), len(code)), bool)
    for row, label in enumerate(data[TARGET + task.name][:]):
        for name in classes_of(label):
            result[row, code[name]] = True
    return result


def _texts(data: Dataset, fields: Sequence[str]) -> list[str]:
    columns = [data[TEXT + field][:] for field in fields]
    return [". ".join(filter(None, row)) for row in zip(*columns, strict=True)]


def _named(data: Dataset, field: str, task: Task, synonyms: Synonyms) -> dict[str, Any]:
    patterns = {name: label_words([name], {name: synonyms.get(name, [])}) for name in task.classes}
    hits: dict[str, list[bool]] = {name: [] for name in task.classes}
    labels, texts = data[TARGET + task.name][:], _texts(data, [field])
    for label, text in zip(labels, texts, strict=True):
        for name in classes_of(label):
            pattern = patterns[name]
            hits[name].append(bool(pattern and pattern.search(text)))
    every = [hit for result in hits.values() for hit in result]
    return {"share": _mean(every), "classes": {name: _mean(result) for name, result in hits.items()}}


def _mean(hits: Sequence[bool]) -> float | None:
    return round(float(np.mean(hits)), 4) if hits else None


def _text(prepared: Prepared, parts: _Parts, task: Task, synonyms: Synonyms, target: Any) -> dict[str, Scores]:
    fields = prepared.text_fields
    if not fields:
        return {}
    config = TextConfig(policy="mask_label", synonyms={name: list(words) for name, words in synonyms.items()})
    policy = TextPolicy(config, fields=fields, tasks=[task])
    results = {field: _texts_score(parts.map(lambda data, f=field: _texts(data, [f])), target) for field in fields}
    texts = parts.map(lambda data: _texts(data, fields))
    train, validation = ([policy({fields[0]: text}) or "" for text in part] for part in texts)
    masked = _texts_score((train, validation), target)
    return results | {"all fields": _texts_score(texts, target), "all fields, masked": masked}


def _texts_score(texts: tuple[list[str], list[str]], target: Any) -> Scores:
    return score(*words(*texts), *target)


def _sources(prepared: Prepared) -> Iterator[str]:
    """Metadata fields that may say where a record comes from."""
    for field in prepared.metadata_fields:
        column = prepared.table.data.column(META + field)
        known = len(column) - column.null_count
        few = pc.count_distinct(column, mode="only_valid").as_py() in SOURCES
        if pa.types.is_string(column.type) and known >= 0.9 * len(column) and few:
            yield field


def _source(prepared: Prepared, parts: _Parts, field: str, target: Any) -> dict[str, Any]:
    values = sorted(filter(None, set(prepared.table.data.column(META + field).unique().to_pylist())))

    def carried(data: Dataset) -> np.ndarray:
        return np.array([[value == known for known in values] for value in data[META + field][:]], bool)

    source = parts.map(carried)
    results = {"values": len(values), "majority": majority(*source)}
    results["label_from_source"] = score(*(part.astype(float) for part in source), *target)
    if prepared.text_fields:
        texts = parts.map(lambda data: _texts(data, prepared.text_fields))
        results["source_from_text"] = _texts_score(texts, source)
    if "image" in prepared.modalities:
        pictures, origins = parts.map(colours, PICTURES), parts.map(carried, PICTURES)
        results["source_from_colours"] = score(*pictures, *origins)
    return results


def _advice(named: Mapping[str, Any], text: Mapping[str, Scores], base: float) -> dict[str, Any]:
    """Which `text` options to begin with, and why, in words."""
    if not named:
        return {"text_policy": {"policy": "full"}, "reason": "There is no text."}
    drop = [field for field in named if text[field]["accuracy"] >= max(TELLING, base + 0.1)]
    if len(drop) == len(named):
        what = f"Every field alone predicts the class in {min(text[f]['accuracy'] for f in named):.0%} of cases or more"
        return {"text_policy": {"policy": "mask_label"}, "reason": f"{what}: compare with the image alone."}
    rest = [field for field in named if field not in drop]
    naming = [field for field in rest if (named[field]["share"] or 0) >= NAMED]
    reasons = [f"{field} alone predicts the class in {text[field]['accuracy']:.0%} of cases." for field in drop]
    reasons += [f"{field} names the class in {named[field]['share']:.0%} of the training texts." for field in naming]
    if naming:
        policy = {"policy": "mask_label"} | ({"fields": rest} if len(rest) < len(named) else {})
    elif drop:
        policy = {"policy": "drop_fields", "drop": drop}
    else:
        policy = {"policy": "full"}
    return {"text_policy": policy, "reason": " ".join(reasons) or "Hardly any text names its class."}
