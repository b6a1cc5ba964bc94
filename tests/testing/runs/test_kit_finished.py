import broken_finished  # noqa: F401 (declare the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.runs import finished


@caught_by(finished)
def test_a_broken_promise_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
