"""The parts of a small collection, and a judge trained on the first, made once."""

import pytest
from collection import TASKS, parts

from vbg_framework.generation.quality import Judge


@pytest.fixture(scope="session")
def collection():
    return parts()


@pytest.fixture(scope="session")
def judge(collection):
    return Judge.fit(collection[0], tasks=TASKS, seed=42, folder=None, steps=120)
