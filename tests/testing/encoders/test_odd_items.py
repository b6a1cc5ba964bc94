import broken_encoder  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.encoders import odd_items


@caught_by(odd_items)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
