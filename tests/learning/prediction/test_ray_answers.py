"""Prediction on Ray."""

import os
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest
import torch
from PIL import Image

from vbg_framework.base.errors import VBGError
from vbg_framework.cli import main
from vbg_framework.learning.prediction.ray_answers import RayAnswers

WORKERS = str(max(1, (os.cpu_count() or 1) // torch.get_num_threads()))


def test_no_actor_is_refused(tmp_path):
    with pytest.raises(VBGError, match="--workers: must be at least 1, got 0"):
        RayAnswers(tmp_path, (), 0, None)


@pytest.fixture
def source(tmp_path):
    for name in ("a.png", "b.png"):
        Image.effect_noise((40, 50), 90).save(tmp_path / name)
    pictures = ["a.png", "b.png", "a.png|b.png", "absent.png", "../x.png", ""]
    lines = [f"{row},{pictures[row % 6]},{'Piece' if row % 4 else ''},{row}" for row in range(600)]
    path = tmp_path / "table.csv"
    path.write_text("\n".join(["id,image,title,shelf", *lines, "broken,a,b,c,d,e"]))
    return path


def command(tiny_run, source, name, *more):
    runs = str(tiny_run.path.parents[1])
    return ["predict", "tiny", str(source), "--out", str(source.parent / name), "--runs", runs, *more]


@pytest.mark.slow
def test_a_table_gets_the_same_answers_on_ray(tiny_run, source, capsys, trap):
    pytest.importorskip("ray.data")
    said = {}
    for name, more in (("here", ()), ("ray", ("--engine", "ray", "--workers", WORKERS))):
        assert main(command(tiny_run, source, f"{name}.csv", "--probabilities", *more)) == 0
        said[name] = capsys.readouterr().out.replace(f"{name}.csv", "")
    folder = source.parent
    assert (folder / "ray.csv").read_bytes() == (folder / "here.csv").read_bytes()
    assert said["ray"][said["ray"].index("Wrote") :] == said["here"][said["here"].index("Wrote") :]
    assert [path.name for path in folder.glob("*.begun*")] == []


def _killed_one(driver: int) -> bool:
    """Kill an actor, if there is one."""
    for child in psutil.Process(driver).children(recursive=True):
        with suppress(psutil.Error):
            if "MapWorker" in " ".join(child.cmdline()):
                child.kill()
                return True
    return False


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_and_a_killed_driver_goes_on(tiny_run, source):
    pytest.importorskip("ray.data")
    given = command(tiny_run, source, "out.csv", "--engine", "ray", "--workers", WORKERS)
    begun, dead = source.parent / "out.csv.begun", False
    driver = subprocess.Popen([sys.executable, "-m", "vbg_framework", *given], stdout=subprocess.DEVNULL)
    end = time.monotonic() + 400
    while not begun.exists() and driver.poll() is None and time.monotonic() < end:
        dead = dead or _killed_one(driver.pid)
        time.sleep(0.05)
    driver.kill()
    driver.wait()
    assert dead
    assert begun.exists()
    kept = begun.read_bytes()
    assert main(given) == 0
    assert main(command(tiny_run, source, "here.csv")) == 0
    assert (source.parent / "out.csv").read_bytes() == (source.parent / "here.csv").read_bytes()
    assert kept
    assert not begun.exists()
