"""Writes the checks into docs/conformance.md in the words of the code: `python docs/checks.py`."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from vbg_framework.testing import Check
from vbg_framework.testing.check import checks_in
from vbg_framework.testing.examination import EVERY, MODULES

PAGE = Path(__file__).with_name("conformance.md")
BEGIN, END = "<!-- begin checks -->", "<!-- end checks -->"
TITLES = {
    "all": "Every component",
    "module": "Encoders, fusions and classifiers: torch modules",
    "encoder": "Encoders",
    "fusion": "Fusions",
    "classifier": "Classifiers",
    "learnt": "Estimators and augmenters: what is fitted and saved",
    "estimator": "Scikit-learn-style classifiers",
    "augmenter": "Augmenters",
    "dataset": "Data sets",
    "observer": "Observers",
    "metric": "Metrics",
    "schedule": "Schedules of the learning rate",
    "optimizer": "Optimisers",
    "sampler": "Samplers of training records",
    "loss": "Losses",
    "calibration": "Calibrations of probabilities",
    "control": "Controls of studies",
    "report_section": "Sections of a report",
    "exporter": "Exporters",
    "writer": "Writers of tables",
    "modality": "Modalities",
}
"""Kind of a check -> heading, in the order of the page."""


def written(page: str) -> str:
    """The page with the checks between its markers written anew."""
    text = "\n\n".join([BEGIN, *_sections(), END])
    return re.sub(f"{BEGIN}.*{END}", lambda _: text, page, flags=re.DOTALL)


def _sections() -> Iterator[str]:
    places: list[ModuleType] = [*EVERY, *(place for places in MODULES.values() for place in places)]
    checks = {check.id: check for place in places for check in checks_in(place)}
    for kind, title in TITLES.items():
        yield f"## {title}"
        yield from (_section(check) for check in checks.values() if check.kind == kind)


def _section(check: Check) -> str:
    lines = (
        check.promise,
        f"- *What is done:* {check.function.__doc__}",
        f"- *Usual cause:* {check.cause}.",
        f"- *Fix:* {check.fix}",
    )
    return f"### `{check.id}`\n\n{lines[0]}\n\n" + "\n".join(map(_wrapped, lines[1:]))


def _wrapped(line: str) -> str:
    return textwrap.fill(line, 128, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
