"""What stays the same while one run is executed."""

import torch
from accelerate import PartialState

from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.job import Job, new_accelerator
from vbg_framework.screen import Screen


def test_accelerators_of_different_precision_can_follow_each_other():
    assert new_accelerator("fp32", 0).mixed_precision == "no"
    assert new_accelerator("bf16", 0).mixed_precision == "bf16"
    assert new_accelerator("fp32", 0).mixed_precision == "no"


def test_kernels_are_deterministic():
    new_accelerator("fp32", 0)
    assert torch.are_deterministic_algorithms_enabled()


def test_the_main_process_goes_first():
    job = Job(None, None, load_plugins([]), Screen(), PartialState(cpu=True))
    assert job.main_first(lambda: 3) == 3
