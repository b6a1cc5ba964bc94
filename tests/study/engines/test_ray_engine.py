"""A study on Ray. With as many threads per run as here, the numbers are the same.

Under `uv run pytest` the studies here are under `uv run`, too, where Ray would give its workers another environment.
"""

import os
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest
import torch
from small_study import finished_runs
from tiny import TINY

from vbg_framework.cli import main
from vbg_framework.study.engines.engine import Lost
from vbg_framework.study.engines.ray_engine import meaning
from vbg_framework.study.folder import list_studies

JOBS = str(max(1, (os.cpu_count() or 1) // torch.get_num_threads()))


def test_a_study_runs_on_ray_as_it_runs_here_and_imports_nothing_from_the_working_folder(tmp_path, trap):
    pytest.importorskip("ray")
    for name, more in (("here", []), ("ray", ["--engine", "ray", "--jobs", JOBS])):
        given = ["--registry", str(TINY), "--studies", str(tmp_path / name), "--set", "replicates=1"]
        assert main(["compare", "tiny-study", *given, *more]) == 0
    here, there = (list_studies(tmp_path / name)[0] for name in ("here", "ray"))
    for trial in here.plan().trials():
        tests = [folder.run(trial).read_json("metrics.json")["test"] for folder in (here, there)]
        assert tests[0] == tests[1]


@pytest.mark.parametrize("name", ["WorkerCrashedError", "NodeDiedError", "OutOfMemoryError", "RuntimeEnvSetupError"])
def test_a_run_whose_worker_or_machine_died_is_lost_and_not_failed(name):
    known = pytest.importorskip("ray.exceptions")
    error = getattr(known, name)(*["no memory\nleft"] * (name in ("NodeDiedError", "OutOfMemoryError")))
    assert isinstance(meaning(error, known), Lost)


def test_without_its_own_part_of_the_cluster_the_driver_says_so_and_ends():
    known = pytest.importorskip("ray.exceptions")
    found = meaning(known.LocalRayletDiedError(), known)
    assert str(found).startswith("--engine ray: this machine: has left the cluster (The task's local raylet died")
    assert "go on with --resume" in str(found)


def test_what_a_run_itself_raises_is_no_loss():
    known = pytest.importorskip("ray.exceptions")
    for error in (ValueError("x"), known.RayTaskError("work", "trace", ValueError("x")).as_instanceof_cause()):
        assert meaning(error, known) is error


def test_the_death_of_the_head_ends_the_driver_and_no_run_is_lost_or_repeated(tmp_path):
    pytest.importorskip("ray")
    command = ["compare", "tiny-study", "--registry", str(TINY), "--studies", str(tmp_path)]
    driver = subprocess.Popen(
        [sys.executable, "-m", "vbg_framework", *command, "--engine", "ray", "--jobs", JOBS],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    end = time.monotonic() + 300
    while not (before := finished_runs(tmp_path)) and driver.poll() is None:
        if time.monotonic() > end:
            driver.kill()
            pytest.fail("no run was finished")
        time.sleep(0.2)
    for child in psutil.Process(driver.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it has ended since
            if child.name().startswith(("gcs_server", "raylet")):
                child.kill()
    _, errors = driver.communicate(timeout=100)
    assert driver.returncode == 1
    assert "does not answer" in errors
    assert main([*command, "--resume"]) == 0
    after = finished_runs(tmp_path)
    assert len(after) == 6
    assert before.items() <= after.items()
