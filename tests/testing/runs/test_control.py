import broken_control  # noqa: F401 (declare the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.runs import control


@caught_by(control)
def test_a_broken_promise_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)
