"""The network that tells a generator what its pictures show."""

import numpy as np
import pytest
import torch
from PIL import Image

from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.verification import teacher as module
from vbg_framework.generation.verification.teacher import fit_teacher
from vbg_framework.screen import Screen

TASKS = [Task("colour", classes=("blue", "red")), Task("tags", multi_label=True, classes=("a",))]


def view(pictures=True):
    colours = {"blue": (10, 10, 200), "red": (200, 10, 10)}
    records = [
        Record(
            f"{name}{i}", {"image": Image.new("RGB", (20, 20), rgb)} if pictures else {"text": name}, {"colour": name}
        )
        for i in range(8)
        for name, rgb in colours.items()
    ]
    return TrainView(records, tasks=TASKS, task="colour")


@pytest.fixture(autouse=True)
def short(monkeypatch, tmp_path):
    monkeypatch.setenv("VBG_CACHE", str(tmp_path))
    monkeypatch.setattr(module, "STEPS", 40)


def test_gradients_reach_pictures_of_any_size():
    found = fit_teacher(view(), seed=1, screen=Screen())
    red = torch.full((2, 3, 128, 128), -0.9)
    red[:, 0] = 0.6
    red.requires_grad_()
    logits = found(red)
    assert set(logits) == {"colour"}  # a task with several classes per record is left out
    assert logits["colour"].argmax(1).tolist() == [1, 1]
    logits["colour"].sum().backward()
    assert red.grad.abs().sum() > 0
    assert not any(parameter.requires_grad for parameter in found.parameters())


def test_it_is_trained_once(monkeypatch):
    first = fit_teacher(view(), seed=1, screen=Screen())
    monkeypatch.setattr(module, "train_net", None)
    again = fit_teacher(view(), seed=1, screen=Screen())
    pixels = torch.zeros(1, 3, 64, 64)
    assert np.array_equal(first(pixels)["colour"].detach(), again(pixels)["colour"].detach())


def test_without_pictures_there_is_none():
    assert fit_teacher(view(pictures=False), seed=1, screen=Screen()) is None
