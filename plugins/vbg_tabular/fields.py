"""What is learnt about the fields of metadata: which are numbers, how they are spread, and which words occur."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import BaseModel

from vbg_framework import VBGError
from vbg_framework.toolkit import as_text, did_you_mean, parse_number, parse_years
from vbg_tabular import FieldsConfig

NUMERIC = 0.9
"""Share of a field's values that must be numbers for it to be a field of numbers."""
TIMES = 2  # a word met less often tells nothing that another record could use
KNOTS = 101
LARGEST = 1e15  # whatever lies beyond is a slip of the pen, and sums of it would overflow


class Number(BaseModel):
    """A field of numbers: which share of the training values lies below a value, by interpolation between knots."""

    name: str
    knots: list[float]
    shares: list[float]

    def __call__(self, value: float) -> float:
        """0..1; outside the training values the nearest end."""
        return float(np.interp(value, self.knots, self.shares))


class Words(BaseModel):
    """A field of words: those that are told apart, the most frequent first."""

    name: str
    values: list[str]


class Fields(BaseModel):
    """The fields an encoder reads, in the order of its tokens: first the numbers, then the words."""

    numbers: list[Number]
    words: list[Words]


def learn(items: Iterable[Mapping[str, Any]], config: FieldsConfig) -> Fields:
    """Look through the metadata of the training records.

    Raises:
        VBGError: the options name a field that no record has, or no field is left.
    """
    items = list(items)
    _check(config, {field for item in items for field in item})
    results: dict[str, list[Any]] = {}
    for item in items:
        for field, value in chosen(item, config).items():
            results.setdefault(field, []).append(value)
    figures = {field: [n for n in map(number, values) if n is not None] for field, values in sorted(results.items())}
    numeric = [field for field, known in figures.items() if len(known) >= NUMERIC * len(results[field])]
    words = [_words(field, results[field], config.at_most) for field in figures if field not in numeric]
    fields = Fields(numbers=[_number(field, figures[field]) for field in numeric], words=[w for w in words if w.values])
    if not fields.numbers and not fields.words:
        what = f"no field of {len(items)} training records holds numbers or recurring words"
        raise VBGError("encoders.metadata", what, "Give `metadata` in the data set, or take the encoder away.")
    return fields


def chosen(item: Mapping[str, Any], config: FieldsConfig) -> dict[str, Any]:
    """The fields to read, with the centre and the width of a pair of years in its place."""
    wanted = item if config.fields is None else config.fields
    made = {field: item[field] for field in wanted if field in item and field not in config.drop}
    for first, last in config.years:
        years = [n for n in (_year(made.pop(first, None), 0), _year(made.pop(last, None), 1)) if n is not None]
        if years:
            made[f"{first} to {last}: centre"] = sum(years) / len(years)
        if len(years) == 2:
            made[f"{first} to {last}: width"] = abs(years[1] - years[0])
    return made


def _year(value: Any, end: int) -> float | None:
    """A number, or the first (0) or last (1) year of a date in words, such as `500 BC`."""
    result = number(value)
    years = parse_years(value) if result is None and isinstance(value, str) else None
    return years[end] if years else result


def number(value: Any) -> float | None:
    """A number, also written as a string; None for all else, for infinite ones, and beyond 1e15."""
    found = parse_number(value) if isinstance(value, str) else value
    return float(found) if isinstance(found, int | float) and abs(found) <= LARGEST else None


def word(value: Any) -> str:
    """What is compared in a field of words: without blanks around it, whole numbers without a point."""
    return as_text(value) if isinstance(value, float) and math.isfinite(value) else str(value).strip()


def _number(name: str, values: Sequence[float]) -> Number:
    shares = np.linspace(0, 1, KNOTS)
    knots, place = np.unique(np.quantile(values, shares), return_inverse=True)
    means = np.bincount(place, shares) / np.bincount(place)  # a value that fills several knots lies in their middle
    return Number(name=name, knots=knots.tolist(), shares=means.tolist())


def _words(name: str, values: Iterable[Any], at_most: int) -> Words:
    counts = Counter(map(word, values))
    ranked = sorted((w for w in counts if counts[w] >= TIMES), key=lambda w: (-counts[w], w))
    return Words(name=name, values=ranked[:at_most])


def _check(config: FieldsConfig, known: set[str]) -> None:
    named = [*(config.fields or ()), *config.drop, *(field for pair in config.years for field in pair)]
    for field in named:
        if field not in known:
            what = f"no training record has a metadata field '{field}'"
            raise VBGError("encoders.metadata", what, did_you_mean(field, known))
