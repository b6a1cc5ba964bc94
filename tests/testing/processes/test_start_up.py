import broken_component  # noqa: F401 (declares the mutants)
import broken_surroundings  # noqa: F401 (declares the mutants)
from mutants import caught_by, require_caught

from vbg_framework.testing.processes import start_up


@caught_by(start_up)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)


def test_slow_is_what_takes_a_processor_or_the_clock_longer_than_the_framework_itself():
    quick = {"clock": 0.2, "processor": 0.1, "own": 0.3}
    assert start_up._is_fast(quick)
    assert start_up._is_fast({**quick, "clock": 0.9, "own": 1.0})  # on a machine that is busy
    assert not start_up._is_fast({**quick, "clock": 2.0})  # it sleeps
    assert not start_up._is_fast({**quick, "processor": 1.5})
