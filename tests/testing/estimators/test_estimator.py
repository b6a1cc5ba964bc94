import broken_learnt  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.estimators import estimator


@caught_by(estimator)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
