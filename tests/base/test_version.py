import re

from vbg_framework.base.version import __version__


def test_the_version_is_that_of_the_installed_distribution():
    assert re.match(r"\d+\.\d+", __version__)
