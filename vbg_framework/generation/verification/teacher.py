"""The teacher: a classifier of real records that guides a generator, and is not the judge."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn
from torch.nn import functional

from vbg_framework.base.seeds import derive
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.cache import cache_folder
from vbg_framework.generation.quality.convnet import SIDE, ConvNet
from vbg_framework.generation.quality.net_training import EPOCHS, frames, kept_net, train_net
from vbg_framework.generation.quality.network import lessons
from vbg_framework.screen import Screen

STEPS = 300


class Teacher(nn.Module):
    """The small network of `quality.convnet`, frozen; gradients reach the pictures.

    Args:
        net: trained on real pictures.
        tasks: names of its tasks, in the order of its heads.
    """

    def __init__(self, net: ConvNet, tasks: list[str]) -> None:
        super().__init__()
        self.net, self.tasks = net.eval().requires_grad_(False), tasks

    def forward(self, pictures: Tensor) -> Mapping[str, Tensor]:
        """(B, 3, S, S) in -1..1 -> task -> (B, C) logits."""
        small = pictures if pictures.shape[-1] == SIDE else functional.adaptive_avg_pool2d(pictures, SIDE)
        _, logits = self.net((small.float() + 1) * 127.5)
        return dict(zip(self.tasks, logits, strict=True))

    def train(self, mode: bool = True) -> Teacher:
        """Stay in evaluation mode."""
        return super().train(False)


def fit_teacher(train: TrainView, *, seed: int, screen: Screen) -> Teacher | None:
    """Train it, or take it from the cache; None if no record has a picture.

    Args:
        train: the real records; of each single-label task it learns the classes.
        seed: seed of every random draw.
        screen: where progress is shown.
    """
    others = [name for name, task in train.tasks.items() if not task.multi_label and name != train.task.name]
    tasks = [train.task.name, *others]
    if not any("image" in record.inputs for record in train):
        return None

    def learnt() -> ConvNet:
        pixels, labels = lessons(train, tasks, seed, frames, screen)
        return train_net(pixels, labels, STEPS, derive(seed, "teacher"), screen, "teacher")

    file = cache_folder("judges") / f"teacher-{train.fingerprint[:16]}-{seed}-{STEPS}-{EPOCHS}.safetensors"
    return Teacher(kept_net(file, [len(train.tasks[name].classes) for name in tasks], learnt), tasks)
