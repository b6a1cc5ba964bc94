"""Where the public names of the toolkit are defined."""

import importlib

import pytest

from vbg_framework.toolkit.homes import MODULES


@pytest.mark.parametrize("module", MODULES)
def test_every_name_is_where_it_is_said_to_be(module):
    home = importlib.import_module(f"vbg_framework.{module}")
    assert all(hasattr(home, name) for name in MODULES[module])
