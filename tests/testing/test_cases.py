import ast
from pathlib import Path

import good
import pytest

import vbg_framework.testing
from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.spec import Component
from vbg_framework.testing import conformance

FAILS = "loss_is_a_finite_number"


class Plugin:
    """Two classifiers, one of them broken."""

    @staticmethod
    def vbg_components():
        return [
            Component("classifier", "linear", good.Small, "good_modules:Linear"),
            Component("classifier", "losses", good.Small, "broken_classifier:LossPerTask"),
        ]


class Lost:
    """An encoder whose class is not there."""

    @staticmethod
    def vbg_components():
        return [Component("encoder", "lost", good.Small, "good_nothing:Lost")]


def cases(test):
    """id -> case, as pytest sees them."""
    (mark,) = test.pytestmark
    return {each.id: each.values[0] for each in mark.args[1]}


def test_there_is_a_case_for_every_check_of_every_component():
    found = cases(conformance(good))
    assert f"classifier-linear-{FAILS}" in found
    assert "dataset-cards-order_is_stable" in found
    assert len(found) > 100


def test_a_case_passes_fails_or_is_skipped_as_its_check_says():
    test = conformance(Plugin)
    found = cases(test)
    test(found[f"classifier-linear-{FAILS}"])
    with pytest.raises(
        pytest.fail.Exception, match=r"(?s)The loss is one finite number.*docs/conformance\.md#" + FAILS
    ):
        test(found[f"classifier-losses-{FAILS}"])


def test_a_check_that_cannot_be_made_is_a_skipped_case():
    test = conformance(Lost)
    with pytest.raises(pytest.skip.Exception, match="No module named 'good_nothing'"):
        test(cases(test)["encoder-lost-works_offline"])


def test_an_expected_failure_is_told_as_such():
    test = conformance(Plugin, {f"losses.{FAILS}": "a loss per task"})
    found = cases(test)
    test(found[f"classifier-linear-{FAILS}"])
    with pytest.raises(pytest.xfail.Exception, match="a loss per task"):
        test(found[f"classifier-losses-{FAILS}"])


def test_an_expectation_without_a_component_holds_for_all_of_them():
    test = conformance(Plugin, {FAILS: "a loss per task"})
    with pytest.raises(pytest.fail.Exception, match="expected to fail"):
        test(cases(test)[f"classifier-linear-{FAILS}"])


def test_an_expected_failure_of_an_unknown_check_is_a_mistake():
    with pytest.raises(VBGError, match=r"unknown check 'losses\.loss_is_fine'"):
        conformance(Plugin, {"losses.loss_is_fine": "why not"})


def test_options_reach_their_component():
    found = cases(conformance(good, options={"text": {"dim": 4}}))
    assert found["encoder-text-works_offline"].subject.config.dim == 4
    assert found["encoder-image-works_offline"].subject.config.dim == 8


def test_the_checks_of_a_component_share_what_is_expensive():
    found = cases(conformance(Plugin))
    subjects = {case.subject for name, case in found.items() if name.startswith("classifier-linear")}
    assert len(subjects) == 1


def test_the_kit_does_without_pytest_until_a_test_is_made():
    files = Path(vbg_framework.testing.__file__).parent.rglob("*.py")
    for path in (path for path in files if path.name != "pytest_plugin.py"):
        tops = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)]
        assert "pytest" not in {alias.name for node in tops for alias in node.names}
