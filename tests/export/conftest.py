"""The tiny run, ready to be exported."""

import pytest

from vbg_framework.export.finished import Finished
from vbg_framework.plugins import load_plugins


@pytest.fixture(scope="session")
def finished(tiny_run):
    return Finished(tiny_run, load_plugins())
