import broken_component  # noqa: F401 (declares the mutants)
import broken_surroundings  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing import start_up


@caught_by(start_up)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
