import broken_dataset  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.datasets import dataset


@caught_by(dataset)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
