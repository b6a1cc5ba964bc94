"""Exact Shapley values of a few players (Shapley 1953)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import factorial

Team = frozenset[str]


def teams(players: Sequence[str]) -> list[Team]:
    """All sets of players, the empty one first."""
    return [frozenset(chosen) for size in range(len(players) + 1) for chosen in combinations(players, size)]


def shapley(value: Mapping[Team, float], players: Sequence[str]) -> dict[str, float]:
    """Player -> its share: the mean gain by its joining, over all orders. They sum to value(all) - value(none).

    Args:
        value: what every one of the `teams` is worth.
        players: their names; the time grows with 2 to the power of their number.
    """
    count = len(players)
    result = dict.fromkeys(players, 0.0)
    for team in teams(players):
        weight = factorial(len(team)) * factorial(count - len(team) - 1) / factorial(count) if len(team) < count else 0
        for player in (each for each in players if each not in team):
            result[player] += weight * (value[team | {player}] - value[team])
    return result
