"""What a round of the loop teaches the picture half."""

import numpy as np
import pytest
import torch
from gan_pictures import CLASSES, fit, records, view
from torch import nn
from vbg_gan import FeedbackConfig
from vbg_gan.table import AttributeTable
from vbg_gan.taught import Taught

from vbg_framework.contracts.lesson import Lesson
from vbg_framework.contracts.record import Record
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen


class Brightness(nn.Module):
    """Takes the mean of each channel for evidence of a class."""

    def __init__(self, train):
        super().__init__()
        self.sizes = {name: len(task.classes) for name, task in train.tasks.items()}

    def forward(self, pictures):
        means = pictures.mean((2, 3))
        return {name: means.repeat(1, size)[:, :size] * torch.arange(1, size + 1) for name, size in self.sizes.items()}


def lesson(train=None, refused=3, need=None):
    train = train or view(held_out=False)
    rejected = [Record(str(i), {"image": record.inputs["image"]}, record.targets)
                for i, record in enumerate(records()[:refused])]  # fmt: skip
    return Lesson({"round": 1}, train, need or {CLASSES[0]: 1.0}, rejected, Brightness(train))


def table(train):
    return AttributeTable.learn(train, ["colour"])


def test_its_loss_is_the_teachers_cross_entropy_of_class_and_attributes():
    train = view(held_out=False)
    known, draw = table(train), torch.Generator().manual_seed(0)
    taught = Taught(lesson(train), FeedbackConfig(steps=1), known, 32)
    pictures = torch.rand(5, 3, 32, 32, generator=draw, requires_grad=True)
    classes, values = torch.tensor([0, 1, 0, 1, 0]), torch.tensor([[0], [1], [-1], [0], [1]])
    logits = {name: found.detach().numpy() for name, found in Brightness(train)(pictures).items()}
    slow, attribute = 0.0, 0.0
    for row in range(5):
        place = train.tasks["form"].classes.index(known.classes[classes[row]])
        slow -= np.log(np.exp(logits["form"][row])[place] / np.exp(logits["form"][row]).sum()) / 5
        if values[row, 0] >= 0:
            place = train.tasks["colour"].classes.index(known.attributes["colour"][values[row, 0]])
            attribute -= np.log(np.exp(logits["colour"][row])[place] / np.exp(logits["colour"][row]).sum()) / 5
    loss = taught.loss(pictures, classes, values)
    assert loss.item() == pytest.approx(slow + attribute, rel=1e-5)
    loss.backward()
    assert pictures.grad.abs().sum() > 0


def test_refused_pictures_are_a_share_of_a_batch():
    known = table(view(held_out=False))
    draw = torch.Generator().manual_seed(0)
    taught = Taught(lesson(), FeedbackConfig(steps=1, rejects=0.25), known, 32)
    found = taught.negatives(16, draw, torch.device("cpu"))
    assert found.shape == (4, 3, 32, 32)
    assert -1 <= found.min() < found.max() <= 1
    off = Taught(lesson(), FeedbackConfig(steps=1, rejects=0, teacher_weight=0), known, 32)
    assert off.negatives(16, draw, torch.device("cpu")) is None
    assert off.loss(found, torch.zeros(4, dtype=torch.long), torch.zeros(4, 1, dtype=torch.long)) == 0


def learnt(folder, **options):
    """The generator before and after a round."""
    gan = fit(folder, feedback={"steps": 3, **options}, style={"share": 0})
    before = {name: tensor.clone() for name, tensor in gan.pictures.generator.state_dict().items()}
    work = folder / "round"
    work.mkdir()
    gan.feedback(lesson(), accelerator=new_accelerator("fp32", 0), seed=3, folder=work, screen=Screen())
    return before, gan.pictures.generator.state_dict()


def test_a_round_changes_the_generator_and_the_same_round_does_it_alike(tmp_path):
    before, after = learnt(tmp_path / "a")
    again, twin = learnt(tmp_path / "b")
    plain = learnt(tmp_path / "c", teacher_weight=0, rejects=0, need=False)[1]
    assert all(torch.equal(before[name], again[name]) for name in before)
    assert all(torch.equal(after[name], twin[name]) for name in after)
    assert any(not torch.equal(before[name], after[name]) for name in after)
    assert any(not torch.equal(plain[name], after[name]) for name in after)
