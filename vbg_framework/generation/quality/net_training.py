"""Training and inference of the small network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from torch.nn import functional

from vbg_framework.base.publication import written
from vbg_framework.base.seeds import isolated
from vbg_framework.generation.quality.convnet import DIM, SIDE, ConvNet, frame, varied
from vbg_framework.screen import Screen

BATCH, RATE = 32, 3e-3
EPOCHS = 40  # more passes over few pictures only memorise them
READ = 64  # pictures looked at together


def frames(images: Iterable[Image.Image]) -> np.ndarray:
    """n RGB pictures -> (n, 3, 64, 64) bytes."""
    return np.array([frame(image) for image in images], np.uint8).reshape(-1, 3, SIDE, SIDE)


@torch.inference_mode()
def look_at(net: ConvNet, pixels: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    """(n, 3, 64, 64) bytes -> (n, 256) features and per task (n, C) probabilities."""
    parts = [net(part) for part in torch.from_numpy(pixels).split(READ)] if len(pixels) else []
    if not parts:
        return np.empty((0, DIM), np.float32), [np.empty((0, size), np.float32) for size in net.sizes]
    answers = [torch.cat(logits).softmax(-1).numpy() for logits in zip(*(part for _, part in parts), strict=True)]
    return torch.cat([features for features, _ in parts]).numpy(), answers


def kept_net(file: Path, sizes: Sequence[int], train: Callable[[], ConvNet]) -> ConvNet:
    """The network of a file, or the one that `train` returns, which the file then holds.

    Args:
        file: `.safetensors`; another process may be writing it too.
        sizes: C of every task.
        train: called if there is no file.
    """
    if file.is_file():
        net = ConvNet(sizes)
        net.load_state_dict(load_file(file))
        return net.eval()
    net = train()
    file.parent.mkdir(parents=True, exist_ok=True)
    with written(file) as partial:
        save_file({name: tensor.contiguous() for name, tensor in net.state_dict().items()}, partial)
    return net


def train_net(
    pixels: np.ndarray, labels: Sequence[np.ndarray], steps: int, seed: int, screen: Screen, name: str = "judge"
) -> ConvNet:
    """Minimise the summed cross-entropy of the tasks; a row without a label of a task counts nothing there.

    Half of a batch balances the first task, the others take turns in the other half.

    Args:
        pixels: (n, 3, 64, 64) bytes.
        labels: per task (n, C), rows that sum to 1, or zeros = no label.
        steps: optimiser steps of 32 pictures; fewer if the pictures are few, at most 40 epochs.
        seed: seed of weights and draws.
        screen: where progress is shown.
        name: what the progress bar says.
    """
    generator, everything = np.random.default_rng(seed), torch.from_numpy(pixels)
    steps = min(steps, EPOCHS * math.ceil(len(pixels) / BATCH))
    with isolated():
        torch.default_generator.manual_seed(seed)
        net = ConvNet([part.shape[1] for part in labels])
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    turns = _turns(labels)
    net.train()
    with screen.progress(name, steps) as bar:
        for _ in range(steps):
            rows = [_one(turns[index % len(turns)], generator) for index in range(BATCH)]
            _, logits = net(varied(everything[rows], generator))
            wanted = [torch.from_numpy(part[rows]) for part in labels]
            losses = [functional.cross_entropy(a, b) for a, b in zip(logits, wanted, strict=True)]
            loss = torch.stack(losses).sum()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            bar.advance()
    return net.eval()


def _turns(labels: Sequence[np.ndarray]) -> list[list[np.ndarray]]:
    """Per place in a batch the rows of each class it is drawn from: the first task and the others in turn."""
    members = [[np.flatnonzero(column) for column in part.T if column.any()] for part in labels]
    first, *rest = [part for part in members if part]
    return [part for other in rest for part in (first, other)] or [first]


def _one(members: Sequence[np.ndarray], generator: np.random.Generator) -> int:
    """A record of a class drawn evenly."""
    chosen = members[int(generator.integers(len(members)))]
    return int(chosen[generator.integers(len(chosen))])
