"""The checks as cases of pytest, which is imported only here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from vbg_framework.testing.check import Check
from vbg_framework.testing.examination import attempt, checks, require_known, subjects_of
from vbg_framework.testing.runs.observer import watcher
from vbg_framework.testing.subject import Subject


@dataclass(frozen=True)
class Case:
    """One check of one component."""

    subject: Subject
    check: Check
    reason: str | None

    @property
    def id(self) -> str:
        """How pytest calls it."""
        return f"{self.subject.named.replace(' ', '-')}-{self.check.id}"


def conformance(
    plugin: Any,
    expected_failures: Mapping[str, str] = {},
    options: Mapping[str, Mapping[str, Any]] | None = None,
) -> Callable[..., None]:
    """A test function that holds every component of a plugin to every promise.

    In a plugin's tests: `test_conformance = conformance(vbg_ink)`.

    Args:
        plugin: the module (or object) whose `vbg_components` declares them.
        expected_failures: `<component>.<check>` or `<check>` -> why it fails. One that passes counts as failed.
        options: component -> options to examine it with, in place of `Component.tiny`.

    Raises:
        VBGError: `expected_failures` names a check that is not made.
    """
    import pytest

    cases = list(_cases(plugin, expected_failures, options or {}))

    @pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in cases])
    def test_conformance(case: Case) -> None:
        outcome = attempt(case.check, case.subject, case.reason)
        if outcome.status == "failed":
            pytest.fail(outcome.message, pytrace=False)
        elif outcome.status == "expected":
            pytest.xfail(outcome.message)
        elif outcome.status == "skipped":
            pytest.skip(outcome.message)

    return test_conformance


def _cases(plugin: Any, expected: Mapping[str, str], options: Mapping[str, Mapping[str, Any]]) -> list[Case]:
    cases, known = [], set[str]()
    result = watcher(plugin)
    declared = plugin.vbg_components() if hasattr(plugin, "vbg_components") else ()
    for component in [*declared, *([result] if result else [])]:
        for subject in subjects_of(component, options.get(component.name)):
            for check in checks(component):
                full = f"{component.name}.{check.id}"
                known |= {full, check.id}
                cases.append(Case(subject, check, expected.get(full, expected.get(check.id))))
    require_known(expected, known)
    return cases
