import os
import subprocess
import sys

import pytest

from vbg_framework.base.safe_path import VARIABLE, keep_working_folder_out


@pytest.mark.parametrize("command", [["-m", "torch.distributed.run", "--help"], ["-c", "import multiprocessing, json"]])
def test_a_process_imports_nothing_from_the_working_folder(trap, command, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    keep_working_folder_out()
    assert subprocess.run([sys.executable, *command], capture_output=True, env=os.environ).returncode == 0


def test_the_trap_works(trap, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert subprocess.run([sys.executable, "-c", "import torch"], capture_output=True).returncode == 7
    (trap / "sprung").unlink()
