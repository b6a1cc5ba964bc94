import broken_rules  # noqa: F401 (declare the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.trainings import loss_values


@caught_by(loss_values)
def test_a_broken_promise_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
