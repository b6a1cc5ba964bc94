"""Components that break one promise each.

A mutant is declared with `@breaks("<check>", "<what the message says>")` (a class), or put into `BROKEN` (a component).
"""

from __future__ import annotations

from collections.abc import Callable

import good
import pytest

from vbg_framework.contracts.calibration import Calibration
from vbg_framework.contracts.control import Control
from vbg_framework.contracts.estimator import EstimatorClassifier
from vbg_framework.contracts.exporter import Exporter
from vbg_framework.contracts.interfaces import Augmenter, Classifier, Encoder, Fusion
from vbg_framework.contracts.loss import Loss
from vbg_framework.contracts.metric import Metric
from vbg_framework.contracts.modality import Modality
from vbg_framework.contracts.optimizer import Optimizer
from vbg_framework.contracts.record import Dataset
from vbg_framework.contracts.report_section import ReportSection
from vbg_framework.contracts.sampler import Sampler
from vbg_framework.contracts.schedule import Schedule
from vbg_framework.contracts.spec import Component
from vbg_framework.contracts.writer import Writer
from vbg_framework.testing import Outcome, checks
from vbg_framework.testing.check import checks_in
from vbg_framework.testing.examination import attempt, subject_of

KINDS = {
    Encoder: "encoder",
    Fusion: "fusion",
    Classifier: "classifier",
    EstimatorClassifier: "classifier",
    Augmenter: "augmenter",
    Dataset: "dataset",
    Metric: "metric",
    Schedule: "schedule",
    Optimizer: "optimizer",
    Sampler: "sampler",
    Loss: "loss",
    Calibration: "calibration",
    Control: "control",
    ReportSection: "report_section",
    Exporter: "exporter",
    Writer: "writer",
    Modality: "modality",
}
BROKEN: list[tuple[str, Component, str]] = []
"""(check that must fail, component, what the message says)."""


def breaks(identity: str, says: str) -> Callable[[type], type]:
    """Declare a class as a mutant that this check must catch, with a message that says this."""

    def register(made: type) -> type:
        kind = next(kind for interface, kind in KINDS.items() if issubclass(made, interface))
        component = Component(kind, "mutant", good.Small, f"{made.__module__}:{made.__name__}")
        BROKEN.append((identity, component, says))
        return made

    return register


def caught_by(module: object) -> pytest.MarkDecorator:
    """Parametrise a test with the mutants of a module's checks."""
    own = {check.id for check in checks_in(module)}
    cases = [pytest.param(*case, id=_name(*case)) for case in BROKEN if case[0] in own]
    return pytest.mark.parametrize(("identity", "mutant", "says"), cases)


def tried(identity: str, component: Component) -> Outcome:
    """What one check says about a component."""
    (check,) = (check for check in checks(component) if check.id == identity)
    return attempt(check, subject_of(component))


def require_caught(identity: str, mutant: Component, says: str) -> None:
    """The check fails, and for the right reason."""
    outcome = tried(identity, mutant)
    assert outcome.status == "failed", outcome
    (promise,) = (check.promise for check in checks(mutant) if check.id == identity)
    assert outcome.message.startswith(promise)
    assert outcome.message.endswith(f"docs/conformance.md#{identity}")
    (got,) = (line for line in outcome.message.splitlines() if line.startswith("  got:"))
    assert says in got, got


def _name(identity: str, mutant: Component, says: str) -> str:
    return f"{identity}-{mutant.target.partition(':')[2]}"
