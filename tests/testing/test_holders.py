import broken_holders
import pytest
from mutants import caught_by, require_caught, tried

from vbg_framework.testing import holders
from vbg_framework.testing.check import checks_in


@caught_by(holders)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)


@pytest.mark.parametrize("component", broken_holders.GOOD, ids=lambda component: component.kind)
@pytest.mark.parametrize("check", [check.id for check in checks_in(holders)])
def test_what_asks_all_its_parts_passes(component, check):
    assert tried(check, component).status == "passed"
