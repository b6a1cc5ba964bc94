import broken_life  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.encoders import encoder_life


@caught_by(encoder_life)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
