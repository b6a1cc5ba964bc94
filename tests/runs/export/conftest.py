"""The tiny run, ready to be exported."""

import pytest

from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.export.finished import FinishedRun


@pytest.fixture(scope="session")
def finished(tiny_run):
    return FinishedRun(tiny_run, load_plugins())
