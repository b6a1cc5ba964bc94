import broken_dataset  # noqa: F401 (declares the mutants)
import good
import pytest
from mutants import caught_by, require_caught, tried

from vbg_framework.config.plugins import installed
from vbg_framework.contracts.spec import Component
from vbg_framework.testing.check import checks_in
from vbg_framework.testing.datasets import downloads


@caught_by(downloads)
def test_a_mutant_is_caught(identity, mutant, says):
    require_caught(identity, mutant, says)


@pytest.mark.parametrize("identity", [check.id for check in checks_in(downloads)])
def test_what_keeps_to_the_rules_passes(identity):
    met, _ = installed().component("dataset", "met", where="test")
    for component in (Component("dataset", "cards", good.Small, "broken_dataset:Fetching"), met):
        assert tried(identity, component).status == "passed"
