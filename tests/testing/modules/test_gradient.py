import broken_life  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.modules import gradient


@caught_by(gradient)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
