import subprocess
import sys

import good
import pytest

from vbg_framework.contracts.spec import Component


def test_records_are_the_same_every_time(vbg_records):
    assert [record.id for record in vbg_records(3)] == [record.id for record in vbg_records(3)]
    assert len(vbg_records()) == 12


def test_a_component_that_keeps_its_promises_passes(vbg_examine):
    vbg_examine(Component("fusion", "mean", good.Small, "good_modules:MeanFusion"))


def test_all_broken_promises_are_told(vbg_examine):
    with pytest.raises(pytest.fail.Exception, match="The loss is one finite number"):
        vbg_examine(Component("classifier", "losses", good.Small, "broken_classifier:LossPerTask"))


@pytest.mark.slow
def test_a_tiny_run_is_a_run(vbg_tiny_run):
    run = vbg_tiny_run(experiment="quickstart-image")
    assert run.finished
    assert run.read_json("metrics.json")["test"]


def test_pytest_starts_without_torch():
    code = "import sys, vbg_framework.testing.pytest_plugin; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
