"""Fixtures for the tests of plugins, found by pytest in every environment that holds the framework. Light.

Nothing heavy is imported before a test asks for a fixture.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from vbg_framework.base.run_folder import RunFolder
    from vbg_framework.contracts.record import Record


@pytest.fixture
def vbg_records() -> Callable[..., list[Record]]:
    """`vbg_records(count=12)`: made-up records with pictures, texts, metadata, labels and gaps, the same every time."""
    from vbg_framework.testing import collection

    def made(count: int = 12) -> list[Record]:
        forms = collection.FORMS
        return [collection.record(number, forms[number % len(forms)]) for number in range(count)]

    return made


@pytest.fixture
def vbg_examine() -> Callable[..., None]:
    """`vbg_examine(component, options=None)`: holds it to every promise, and fails with all that are broken.

    Takes the arguments of `vbg_framework.testing.examine`.
    """
    from vbg_framework.testing import examine

    def hold(component: Any, **arguments: Any) -> None:
        failed = [outcome.message for outcome in examine(component, **arguments) if outcome.status == "failed"]
        if failed:
            pytest.fail("\n\n".join(failed), pytrace=False)

    return hold


@pytest.fixture
def vbg_tiny_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., RunFolder]:
    """`vbg_tiny_run("encoders.image.type=ink", experiment="quickstart")`: a finished run, all at its smallest.

    The changes are written as after `--set`. The plugin must be installed; the run and its cache lie in `tmp_path`.
    """
    from vbg_framework.config.opened import open_registry
    from vbg_framework.config.tiny import tiny
    from vbg_framework.runs.execute import execute
    from vbg_framework.runs.start import start
    from vbg_framework.screen import Screen

    monkeypatch.setenv("VBG_CACHE", str(tmp_path / "cache"))

    def run(*sets: str, experiment: str = "quickstart") -> RunFolder:
        registry, plugins = open_registry()
        resolved, _ = tiny(experiment, registry, plugins, sets)
        return execute(start(resolved, plugins, tmp_path / "runs"), plugins, Screen())

    return run
