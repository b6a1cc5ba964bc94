"""What the trials of an arm led to. Light."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import TypedDict

from vbg_framework.config.options import merge

TRIALS = "trials.jsonl"


class Told(TypedDict):
    """A line of `trials.jsonl`: `params` are options as in `--set`, `score` is on validation records."""

    params: dict[str, Any]
    score: float
    seconds: float


def nested(params: Mapping[str, Any]) -> dict[str, Any]:
    """Options with dots in their keys, as options within options."""
    results: dict[str, Any] = {}
    for key in sorted(params):  # a component before an option of it
        value = params[key]
        for part in reversed(key.split(".")):
            value = {part: value}
        results = merge(results, value)
    return results


def best(told: Sequence[Mapping[str, Any]], *, higher: bool) -> Mapping[str, Any]:
    """The best of some trials, of equal ones the first.

    Args:
        told: lines of `trials.jsonl`, at least one.
        higher: whether a higher score is better.
    """
    return (max if higher else min)(told, key=lambda each: each["score"])


def words(params: Mapping[str, Any]) -> str:
    """Options and values in a line."""
    return ", ".join(f"{key} {brief(value)}" for key, value in params.items())


def brief(value: Any) -> str:
    """A value of an option in a word or two; of a component its type."""
    if isinstance(value, Mapping):
        return str(value.get("type", dict(value)))
    return "null" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
