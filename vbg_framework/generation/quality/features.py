"""The judge of generated pictures that needs no pre-trained weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from safetensors.torch import load_file

from vbg_framework.base.errors import VBGError
from vbg_framework.base.seeds import derive
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality.convnet import ConvNet
from vbg_framework.generation.quality.net_training import frames, look_at, train_net
from vbg_framework.generation.quality.network import ABOUT, WEIGHTS, FeatureNetwork, lessons, save_judge, saved_judge
from vbg_framework.screen import Screen

STEPS = 300
READ = 64  # pictures looked at together


class Judge(FeatureNetwork):
    """A small network trained on the real training pictures alone, so that it owes nothing to what it judges.

    It is another one than the classifier of the run, and never sees a generated picture before it judges it. It works
    on the CPU, at 64 px: finer detail than that is not judged. Make it with `fit` or `load`.

    Args:
        net: the network.
        about: its description, ready for JSON.
    """

    def __init__(self, net: ConvNet, about: Mapping[str, Any]) -> None:
        self.net, self.about = net.eval(), dict(about)
        self.name = about["name"]
        self.classes = {task: tuple(classes) for task, classes in about["tasks"].items()}

    @classmethod
    def fit(
        cls,
        train: TrainView,
        *,
        tasks: Sequence[str],
        seed: int,
        folder: Path | None,
        steps: int = STEPS,
        screen: Screen | None = None,
    ) -> Judge:
        """Train it for a fixed number of steps, with batches in which every class is as likely as any other.

        Half of a batch balances the task that is filled, the other tasks take turns in the other half. The same view,
        tasks, seed and steps give the same judge.

        Args:
            train: the real training records.
            tasks: what it learns to tell; its features tell apart what these tasks do.
            seed: seed of every random draw.
            folder: where it is saved; if it lies there already, nothing is trained. None = not saved.
            steps: optimiser steps of 32 pictures.
            screen: where progress is shown.

        Raises:
            VBGError: no training record has both a picture and a label.
        """
        tasks = sorted(tasks, key=lambda name: name != train.task.name)
        key = {
            "train": train.fingerprint,
            "tasks": {name: list(train.tasks[name].classes) for name in tasks},
            "seed": seed,
            "steps": steps,
        }
        if folder is not None and saved_judge(folder).items() >= key.items():
            return cls.load(folder)
        pixels, labels = lessons(train, tasks, seed, frames, screen)
        net = train_net(pixels, labels, steps, derive(seed, "judge"), screen or Screen())
        judge = cls(net, {"name": f"CNN trained on {len(pixels):,} real training images, seed {seed}", **key})
        if folder is not None:
            judge.save(folder)
        return judge

    def look(self, images: Iterable[Image.Image]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """n RGB pictures of any size -> (n, 256) features and task -> (n, C) probabilities."""
        pending, results = iter(images), [look_at(self.net, frames([]))]
        while len(some := frames(islice(pending, READ))):
            results.append(look_at(self.net, some))
        features = np.concatenate([part for part, _ in results])
        answers = [np.concatenate(parts) for parts in zip(*(part for _, part in results), strict=True)]
        return features, dict(zip(self.classes, answers, strict=True))

    def save(self, folder: Path) -> None:
        """Write `judge.safetensors` and `judge.json` into a folder."""
        save_judge(folder, self.net.state_dict(), self.about)

    @classmethod
    def load(cls, folder: Path) -> Judge:
        """Read what `save` wrote.

        Raises:
            VBGError: there is no judge in the folder.
        """
        about = saved_judge(folder)
        if not about:
            raise VBGError(str(folder / ABOUT), "no such file", "Train the judge again.")
        net = ConvNet([len(classes) for classes in about["tasks"].values()])
        net.load_state_dict(load_file(folder / WEIGHTS))
        return cls(net, about)
