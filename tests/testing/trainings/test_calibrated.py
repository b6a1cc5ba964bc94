import broken_rules  # noqa: F401 (declare the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.trainings import calibrated


@caught_by(calibrated)
def test_a_broken_promise_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
