"""The conformance kit: every promise of an interface as a check that says exactly what is broken.

In a plugin's tests: `test_conformance = conformance(vbg_ink)`. Without pytest: `examine(component)`.
"""

from vbg_framework.testing.cases import conformance
from vbg_framework.testing.check import Broken, Check, Outcome
from vbg_framework.testing.examination import checks, examine

__all__ = ["Broken", "Check", "Outcome", "checks", "conformance", "examine"]
