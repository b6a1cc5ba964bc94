import broken_encoder  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.encoders import layers


@caught_by(layers)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
