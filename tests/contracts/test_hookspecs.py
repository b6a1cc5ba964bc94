import inspect
from pathlib import Path

import pytest

from vbg_framework.contracts import hookspecs

HOOKS = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("vbg_")}


def test_there_is_one_declaring_hook_and_four_observers():
    assert sorted(HOOKS) == [
        "vbg_components",
        "vbg_epoch_finished",
        "vbg_round_finished",
        "vbg_run_finished",
        "vbg_run_started",
    ]


@pytest.mark.parametrize("name", sorted(HOOKS))
def test_every_hook_is_documented_with_its_arguments(name):
    page = (Path(__file__).parents[2] / "docs" / "hooks.md").read_text()
    arguments = ", ".join(inspect.signature(HOOKS[name]).parameters)
    assert f"{name}({arguments})" in page
    assert HOOKS[name].__doc__
