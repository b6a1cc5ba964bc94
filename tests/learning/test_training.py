"""What a training needs besides the model."""

from typing import Any

import pytest

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.train_config import TrainConfig
from vbg_framework.learning.job import new_accelerator
from vbg_framework.learning.training import Training


def training(folder, **setup):
    unused: Any = None
    return Training(
        setup=TrainConfig(**setup), seed=1, train=[], validation=[], collate=unused, plain=unused,
        run=RunFolder(folder), accelerator=new_accelerator("fp32", 1), screen=unused, notify=unused, rules=unused,
        sampling=unused,
    )  # fmt: skip


@pytest.mark.parametrize(("wanted", "micro"), [(None, 32), (8, 8), (64, 32)])
def test_a_pass_takes_what_is_wanted_but_never_more_than_a_step(wanted, micro, tmp_path):
    assert training(tmp_path, batch_size=32, micro_batch_size=wanted).micro == micro


def test_lines_of_metrics_and_checkpoints_lie_in_the_run(tmp_path):
    found = training(tmp_path)
    found.log({"kind": "train", "step": 1})
    assert found.run.lines() == [{"kind": "train", "step": 1}]
    assert found.checkpoints == tmp_path / "checkpoints"
