import broken_fusion  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.modules import fusion


@caught_by(fusion)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
