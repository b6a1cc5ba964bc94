"""Training in a process of its own; `test_journeys.py` trains for real."""

import os
import sys

import pytest

from ui.pots import write_pots
from vbg_framework.base.run_folder import list_runs
from vbg_framework.ui import training as module
from vbg_framework.ui.beginning import Beginning


@pytest.fixture
def training(tmp_path, monkeypatch):
    """Its process does nothing until its folder holds a file `end`."""
    monkeypatch.chdir(tmp_path)
    beginning = Beginning(write_pots(tmp_path / "pots.csv"), tmp_path / "runs")
    beginning.write()
    waits = "import os, sys, time\nwhile not os.path.exists(sys.argv[1] + '/end'): time.sleep(.02)"
    monkeypatch.setattr(module, "COMMAND", [sys.executable, "-S", "-c", waits])
    return beginning.training()


def test_one_run_at_a_time_is_trained_and_gone_on_with(training):
    assert training.runs() == []
    training.train()
    training.train()
    (run,) = list_runs(training.root)
    assert [each.state for each in training.runs()] == ["running"]
    assert os.getsid(training._process.pid) == training._process.pid != os.getsid(0)
    (run.path / "end").touch()
    training._process.wait()
    assert [each.state for each in training.runs()] == ["interrupted"]
    training.train()
    assert len(list_runs(training.root)) == 1
    training._process.wait()


def test_after_a_failure_a_new_run_is_begun(training):
    training.train()
    (run,) = list_runs(training.root)
    (run.path / "end").touch()
    training._process.wait()
    (run.path / "error.txt").write_text("pots: it broke")
    training.train()
    new = list_runs(training.root)[-1]
    assert new.path != run.path
    (new.path / "end").touch()
    training._process.wait()
