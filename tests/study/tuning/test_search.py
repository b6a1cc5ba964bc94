"""What is tried next."""

import pytest

from vbg_framework.study.tuning.search import propose

pytest.importorskip("optuna", reason="Optuna is not installed: uv sync --group full")

RANGE = {"low": 1e-4, "high": 1.0, "log": True, "whole": False}
COUNT = {"low": 2, "high": 5, "log": False, "whole": True}
HEADS = [{"type": "a", "c": 1}, {"type": "b"}, None]
TUNE = {"trials": 12, "seed": 0, "space": {"rate": RANGE, "layers": COUNT, "head": HEADS}}


def search(score, *, trials=12, told=(), tune=TUNE, seed=1, higher=True):
    told = list(told)
    while len(told) < trials:
        params = propose(tune, told, seed=seed, higher=higher)
        told.append({"params": params, "score": score(params), "seconds": 1.0})
    return told


def near(params):
    """Best at a rate of .01 with the second head."""
    from math import log10

    return -abs(log10(params["rate"]) + 2) - (params["head"] != HEADS[1])


def test_values_lie_in_the_space():
    for each in search(near, trials=30):
        params = each["params"]
        assert 1e-4 <= params["rate"] <= 1
        assert params["layers"] in (2, 3, 4, 5)
        assert isinstance(params["layers"], int)
        assert params["head"] in HEADS


def test_a_search_that_goes_on_from_any_trial_makes_the_same_ones():
    whole = search(near)
    for kept in range(12):
        assert search(near, told=whole[:kept]) == whole


def test_another_seed_of_the_replicate_or_of_the_search_tries_others():
    first = [search(near, trials=1, seed=seed, tune={**TUNE, "seed": own})[0]["params"]
             for seed, own in ((1, 0), (2, 0), (1, 1))]  # fmt: skip
    assert first[0] != first[1] != first[2] != first[0]


def test_it_learns_from_trials_in_either_direction():
    """In the second half of 40 trials the mean is above that of the first quarter, which is drawn at random."""
    tune = {**TUNE, "trials": 40}
    for higher, sign in ((True, 1), (False, -1)):
        scores = [
            sign * each["score"] for each in search(lambda p, s=sign: s * near(p), trials=40, tune=tune, higher=higher)
        ]
        assert sum(scores[20:]) / 20 > sum(scores[:10]) / 10 + 0.3


def test_arms_with_the_same_space_begin_with_the_same_values():
    """So what differs between them is not the luck of the draw."""
    one, other = (search(score, trials=4) for score in (near, lambda params: params["rate"]))
    assert [each["params"] for each in one] == [each["params"] for each in other]
