import random

import numpy as np
import pytest
import torch

from vbg_framework.testing.processes.randomness import watched


@pytest.mark.parametrize(
    ("draw", "name"),
    [(random.random, "Python"), (np.random.rand, "NumPy"), (lambda: torch.rand(1), "torch")],
    ids=["Python", "NumPy", "torch"],
)
def test_a_draw_is_seen_and_undone(draw, name):
    before = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    with watched(1) as draws:
        draw()
    assert draws.names == (name,)
    assert draws.foreign == (() if name == "torch" else (name,))
    assert str(draws) == f"drew from or seeded the global generator of {name}"
    assert before == (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())


def test_local_generators_are_free():
    with watched(1) as draws:
        random.Random(0).random(), np.random.default_rng(0).random(), torch.rand(1, generator=torch.Generator())
    assert draws.names == ()
    assert str(draws) == "nothing"


def test_the_state_of_torch_at_the_end_tells_seeds_apart():
    ends = []
    for seed in (1, 2, 1):
        with watched(seed) as draws:
            torch.rand(1)
        ends.append(draws.states["torch"])
    assert ends[0] == ends[2] != ends[1]
