import broken_classifier  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.modules import classifier


@caught_by(classifier)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
