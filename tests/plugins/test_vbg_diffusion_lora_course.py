import math

import pytest
import torch
from torch import nn
from vbg_diffusion_lora.course import Course, rise_and_fall

from vbg_framework.base.errors import VBGError
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen


class Killed(BaseException):
    pass


def course(folder, loss, steps=6, **options):
    torch.manual_seed(0)
    module = nn.Linear(3, 1)
    made = Course(
        name="Learning", steps=steps, module=module, rates=lambda step: 0.1,
        loss=lambda step, draws: loss(module, step, draws),
        accelerator=new_accelerator("fp32", 0), seed=0, folder=folder / "checkpoints", checkpoint_seconds=0,
        screen=Screen(), log=folder / "losses.jsonl", **options,
    )  # fmt: skip
    return made, module


def squared(module, step, draws):
    return module(torch.randn(4, 3, generator=draws)).square().mean()


@pytest.mark.parametrize("at", [1, 4, 6])
def test_a_course_that_was_killed_ends_as_if_nothing_had_happened(tmp_path, at):
    def killed(module, step, draws):
        if step == at - 1 and not (tmp_path / "killed").exists():
            (tmp_path / "killed").touch()
            raise Killed
        return squared(module, step, draws)

    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    whole, expected = course(tmp_path / "a", squared)
    whole.run()
    with pytest.raises(Killed):
        course(tmp_path / "b", killed)[0].run()
    again, module = course(tmp_path / "b", killed)
    again.run()
    assert torch.equal(module.weight, expected.weight)
    assert (tmp_path / "a/losses.jsonl").read_text() == (tmp_path / "b/losses.jsonl").read_text()


def test_a_loss_that_is_not_finite_is_named_with_its_step(tmp_path):
    bad = course(tmp_path, lambda module, step, draws: module.weight.sum() * (math.inf if step == 2 else 1))[0]
    with pytest.raises(VBGError, match=r"diffusion_lora: step 3: the loss is not finite, got .*Lower learning_rate"):
        bad.run()


def test_too_little_memory_is_named_with_the_way_out(tmp_path):
    def full(*_):
        raise torch.OutOfMemoryError("no")

    with pytest.raises(
        VBGError, match="diffusion_lora: Learning: the device's memory does not suffice. Lower batch_size"
    ):
        course(tmp_path, full)[0].run()


def test_the_rate_rises_and_falls_to_a_twentieth():
    rates = [rise_and_fall(step, 200, 1.0) for step in range(200)]
    assert rates[0] == pytest.approx(0.02)
    assert rates.index(max(rates)) == 49
    assert rates[-1] == pytest.approx(0.05)
