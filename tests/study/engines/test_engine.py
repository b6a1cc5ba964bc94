"""Where runs are executed; a study survives the death of everybody."""

import os
import signal
import subprocess
import sys
import time

import pytest
import warm
from small_study import finished_runs
from tiny import TINY

from vbg_framework.base.errors import VBGError
from vbg_framework.cli import main
from vbg_framework.study.engines.engine import Processes
from vbg_framework.study.folder import StudyFolder, list_studies

pytestmark = pytest.mark.slow

RUNS = ["duplicate-more", "more", "none"]


def compare(folder, *more):
    return ["compare", "tiny-study", "--registry", str(TINY), "--studies", str(folder), *more]


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "took too long"
        time.sleep(0.05)


def scores(study: StudyFolder):
    return {
        str(trial): study.run(trial).read_json("metrics.json")["test"]["form"]["log_loss"]
        for trial in study.plan().trials()
    }


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("studies")
    assert main(compare(folder)) == 0
    return list_studies(folder)[0]


def test_a_study_leaves_its_runs_gates_and_report(uninterrupted):
    assert sorted(path.name for path in (uninterrupted.path / "runs").iterdir()) == RUNS
    assert len(finished_runs(uninterrupted.path.parents[1])) == 6
    for name in ("results.parquet", "summary.json", "REPORT.md", "report.html"):
        assert (uninterrupted.path / name).stat().st_size > 0


def test_copies_are_as_many_of_each_class_as_what_they_copy(uninterrupted):
    from vbg_framework.study.engines.perform import records_of
    from vbg_framework.study.plan import Trial

    for number in (1, 2):
        copied, origin = (records_of(uninterrupted.run(Trial(arm, number))) for arm in ("duplicate-more", "more"))
        assert copied == origin
        assert sum(origin.values()) > 0


def test_a_killed_driver_loses_and_repeats_no_finished_run(tmp_path, uninterrupted):
    driver = warm.vbg(*compare(tmp_path))
    wait_for(lambda: len(finished_runs(tmp_path)) >= 2)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    before = finished_runs(tmp_path)
    assert main(compare(tmp_path, "--resume")) == 0
    after = finished_runs(tmp_path)
    assert len(after) == 6
    assert before.items() <= after.items()
    assert scores(list_studies(tmp_path)[0]) == scores(uninterrupted)


@pytest.mark.skipif(sys.platform != "linux", reason="finds workers in /proc")
def test_a_killed_worker_is_replaced(tmp_path, uninterrupted):
    driver = warm.vbg(*compare(tmp_path, "--jobs", "2"))
    wait_for(lambda: len(finished_runs(tmp_path)) >= 1)
    workers = [pid for pid in children(driver.pid) if b"spawn_main" in command(pid)]
    os.kill(workers[0], signal.SIGKILL)
    told = driver.wait(500)
    assert driver.returncode == 0, told
    assert len(finished_runs(tmp_path)) == 6
    assert scores(list_studies(tmp_path)[0]).keys() == scores(uninterrupted).keys()


def test_an_interrupted_driver_ends_at_once_with_its_workers(tmp_path):
    driver = warm.vbg(*compare(tmp_path, "--jobs", "2"))
    wait_for(lambda: list(tmp_path.rglob("metrics.jsonl")))
    workers = children(driver.pid)
    driver.send_signal(signal.SIGINT)
    told = driver.wait(30)
    assert driver.returncode == 130, told
    assert told.splitlines()[-1] == "vbg: interrupted"
    wait_for(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in workers), seconds=10)


def children(pid):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [int(line) for line in listed.split()]


def command(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()


def test_the_number_of_jobs_is_checked():
    with pytest.raises(VBGError, match="--jobs: must be at least 1, got 0"):
        Processes(0, [])
