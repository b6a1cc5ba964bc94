import broken_surroundings  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.processes import surroundings


@caught_by(surroundings)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
