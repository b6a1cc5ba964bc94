"""The conformance kit: every promise of an interface as a check that says exactly what is broken.

In a plugin's tests: `test_conformance = conformance(vbg_ink)`. Without pytest: `examine(component)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vbg_framework.base.lazy import lazy

if TYPE_CHECKING:
    from vbg_framework.testing.cases import conformance
    from vbg_framework.testing.check import Broken, Check, Outcome
    from vbg_framework.testing.examination import checks, examine

MODULES = {
    "testing.cases": ["conformance"],
    "testing.check": ["Broken", "Check", "Outcome"],
    "testing.examination": ["checks", "examine"],
}
"""Module -> the public names it defines, imported when they are first used: pytest loads this package at its start."""

__all__ = ["Broken", "Check", "Outcome", "checks", "conformance", "examine"]

if not TYPE_CHECKING:  # a type checker reads the imports above; this would hide a misspelt name from it
    __getattr__, __dir__ = lazy(__name__, MODULES)
