import os
import subprocess
import sys

import pytest

from vbg_framework.base.safe_path import VARIABLE, keep_working_folder_out


@pytest.fixture
def trap(tmp_path, monkeypatch):
    """A working folder full of modules that give themselves away when they are imported."""
    for name in ("torch", "numpy", "multiprocessing", "vbg_framework", "accelerate", "json", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("open('sprung', 'a').write(__name__)\nraise SystemExit(7)\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(VARIABLE, raising=False)
    return tmp_path / "sprung"


@pytest.mark.parametrize("command", [["-m", "torch.distributed.run", "--help"], ["-c", "import multiprocessing, json"]])
def test_a_process_imports_nothing_from_the_working_folder(trap, command, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")
    keep_working_folder_out()
    done = subprocess.run([sys.executable, *command], capture_output=True, env=os.environ)
    assert (done.returncode, trap.exists()) == (0, False)


def test_the_trap_works(trap):
    assert subprocess.run([sys.executable, "-c", "import torch"], capture_output=True).returncode == 7
