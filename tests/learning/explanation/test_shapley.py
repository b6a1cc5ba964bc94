"""Shapley values, against their definition over all orders."""

from itertools import permutations

import numpy as np
import pytest

from vbg_framework.learning.explanation.shapley import shapley, teams

PLAYERS = ("image", "text", "metadata")


def test_they_are_the_mean_gain_over_all_orders_and_sum_to_the_whole():
    generator = np.random.default_rng(0)
    value = {team: float(generator.random()) for team in teams(PLAYERS)}
    slow = dict.fromkeys(PLAYERS, 0.0)
    for order in permutations(PLAYERS):
        for place, player in enumerate(order):
            before = frozenset(order[:place])
            slow[player] += (value[before | {player}] - value[before]) / 6
    found = shapley(value, PLAYERS)
    assert found == pytest.approx(slow)
    assert sum(found.values()) == pytest.approx(value[frozenset(PLAYERS)] - value[frozenset()])


def test_one_player_gets_all():
    assert shapley({frozenset(): 0.2, frozenset(["text"]): 0.9}, ["text"]) == pytest.approx({"text": 0.7})
