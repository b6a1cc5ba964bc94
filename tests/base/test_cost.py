"""What a piece of work takes."""

import json
import time

import numpy as np
import psutil
import pytest
import torch

from vbg_framework.base import cost
from vbg_framework.base.cost import MEBIBYTE, Cost, Meter, read_cost


@pytest.fixture
def file(tmp_path):
    return tmp_path / "cost.json"


def test_time_is_that_of_the_clock_and_of_the_processor(file):
    began = time.perf_counter()
    with Meter(file):
        time.sleep(0.2)
        busy = time.process_time() + 0.1
        while time.process_time() < busy:
            pass
    found, passed = read_cost(file), time.perf_counter() - began
    assert 0.3 <= found.seconds <= passed + 0.001
    assert 0.1 <= found.processor_seconds <= found.seconds + 0.05


def test_memory_is_the_most_that_was_held_although_it_was_given_back(file):
    before = psutil.Process().memory_info().rss / MEBIBYTE
    with Meter(file) as meter:
        block = np.ones(200 * MEBIBYTE, np.uint8)
        time.sleep(4 * cost.PAUSE)
        held = psutil.Process().memory_info().rss / MEBIBYTE
        del block
    assert held - before > 150
    assert meter.spent.memory == pytest.approx(held, abs=40)


def test_without_a_gpu_nothing_is_said_of_its_memory(file):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with Meter(file) as meter:
        pass
    assert meter.spent.device_memory is None
    assert meter.spent.device.startswith("CPU, ")


@pytest.mark.gpu
def test_the_memory_of_a_gpu_is_that_of_its_tensors(file):
    torch.cuda.init()
    with Meter(file) as meter:
        torch.ones(64 * MEBIBYTE, dtype=torch.uint8, device="cuda")
    assert 64 <= meter.spent.device_memory < 80
    assert meter.spent.device == torch.cuda.get_device_name()


def test_work_that_failed_and_was_done_again_counts_twice(file):
    def fail():
        with Meter(file):
            time.sleep(0.1)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        fail()
    first = read_cost(file)
    with Meter(file):
        time.sleep(0.1)
    assert first.seconds >= 0.1
    assert read_cost(file).seconds >= first.seconds + 0.1


def test_the_account_is_kept_while_the_work_goes_on(file, monkeypatch):
    monkeypatch.setattr(cost, "KEEP", 0.0)
    with Meter(file):
        deadline = time.monotonic() + 10
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert read_cost(file).seconds > 0  # what a kill would leave


def test_a_full_disk_does_not_stop_the_work(tmp_path):
    with Meter(tmp_path / "gone" / "cost.json") as meter:
        pass
    assert meter.spent.seconds >= 0


def test_one_after_the_other_adds_times_and_takes_the_larger_memory():
    one, other = Cost(1.0, 0.5, 300.0, None, "CPU, 2 cores"), Cost(2.0, None, 200.0, 40.0, "GPU")
    assert one + other == Cost(3.0, 0.5, 300.0, 40.0, "CPU, 2 cores, then GPU")
    assert (one + one).device == "CPU, 2 cores"


def test_an_older_account_without_memory_can_be_read(file):
    file.write_text(json.dumps({"seconds": 3.0, "options": {}}))
    assert read_cost(file) == Cost(3.0)
    assert read_cost(file.with_name("none.json")) is None


def test_figures_are_named_after_the_work():
    assert Cost(1.0, device="x").named("fit") == {
        "fit_seconds": 1.0, "fit_processor_seconds": None, "fit_memory": None, "fit_device_memory": None,
        "fit_device": "x",
    }  # fmt: skip
