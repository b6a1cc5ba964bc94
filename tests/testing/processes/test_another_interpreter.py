import broken_elsewhere  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.processes import another_interpreter


@caught_by(another_interpreter)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
