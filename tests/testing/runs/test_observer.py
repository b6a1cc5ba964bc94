import good
import pytest
from broken_observer import BROKEN_OBSERVERS, Watches

from vbg_framework.testing import conformance, examine
from vbg_framework.testing.runs.observer import watcher


def test_an_observer_that_only_watches_passes():
    assert {each.status for each in examine(watcher(Watches()))} == {"passed"}


@pytest.mark.parametrize(("kind", "check"), BROKEN_OBSERVERS.items(), ids=lambda each: getattr(each, "__name__", each))
def test_a_broken_observer_is_caught(kind, check):
    outcomes = {each.check: each.status for each in examine(watcher(kind()))}
    assert outcomes[check] == "failed"


def test_a_plugin_without_hooks_has_nothing_to_watch():
    assert watcher(good) is None


def test_the_hooks_of_a_plugin_are_cases_of_its_test():
    (mark,) = conformance(Watches()).pytestmark
    assert "observer-Watches-hooks_are_known" in [each.id for each in mark.args[1]]
