import importlib.util
import os
import sys

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.processes import end_processes, process_pool


def test_none_at_all_is_refused_by_the_name_of_the_option():
    with pytest.raises(VBGError, match="--workers: must be at least 1, got 0. Example: --workers 2."):
        process_pool(0, "--workers")


def test_they_import_nothing_from_the_working_folder(trap, monkeypatch):
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place])
    pool = process_pool(1, "--jobs")
    assert pool.submit(importlib.util.find_spec, "torch").result().origin.endswith("torch/__init__.py")
    end_processes(pool)


def test_they_share_the_cores_and_their_parent_keeps_its_own_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    pool = process_pool(os.cpu_count(), "--jobs")
    assert pool.submit(os.getenv, "OMP_NUM_THREADS").result() == "1"
    end_processes(pool)
    assert os.environ["OMP_NUM_THREADS"] == "7"


def test_one_that_is_busy_ends_at_once():
    pool = process_pool(1, "--jobs")
    busy = pool.submit(os.system, "sleep 60")
    pid = pool.submit(os.getpid)
    end_processes(pool)
    assert busy.done()
    assert pid.cancelled() or pid.exception()
