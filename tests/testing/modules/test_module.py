import broken_module  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.modules import module


@caught_by(module)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
