"""The two witnesses of pictures: a small network trained from scratch, and a pre-trained encoder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.special import softmax

from vbg_framework.base.seeds import derive
from vbg_framework.data.pictures.image import decode
from vbg_framework.generation.quality.convnet import ConvNet
from vbg_framework.generation.quality.encoder_judge import EncoderJudge, head
from vbg_framework.generation.quality.net_training import frames, kept_net, look_at, train_net
from vbg_framework.generation.verification.witness import Sight, Witness
from vbg_framework.screen import Screen

STEPS = 200  # of 32 pictures, per fold


class NetWitness(Witness):
    """A small network at 64 px (`quality.convnet`), trained on real pictures of the training split alone.

    Args:
        seed: seed of every random draw.
        folder: where its weights are kept, one file per fold.
        screen: where progress is shown.
    """

    modality = "image"
    name = "small network trained on real pictures"

    def __init__(self, seed: int, folder: Path, screen: Screen) -> None:
        self.seed, self.folder, self.screen = seed, folder, screen

    def represent(self, inputs: Iterable[Any]) -> np.ndarray:
        """(n, 3, 64, 64) bytes."""
        return frames(decode(image) for image in inputs)

    def learn(self, x: np.ndarray, labels: Mapping[str, np.ndarray], fold: int) -> Sight:
        """Train, or load what was trained before."""
        net = self._net(x, labels, fold)
        known, _ = look_at(net, x)
        mean, spread = _scale(known)

        def sight(new: np.ndarray) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
            features, answers = look_at(net, new)
            return (features - mean) / spread, dict(zip(labels, answers, strict=True))

        return sight

    def _net(self, x: np.ndarray, labels: Mapping[str, np.ndarray], fold: int) -> ConvNet:
        """The class asked for counts as much as all other labels together."""
        parts, seed = list(labels.values()), derive(self.seed, "verify", fold)
        name, others = f"judge {fold + 1}", 1 / max(1, len(parts) - 1)
        return kept_net(
            self.folder / f"fold-{fold}.safetensors", [part.shape[1] for part in parts],
            lambda: train_net(x, parts, STEPS, seed, self.screen, name, others),
        )  # fmt: skip


class EncoderWitness(Witness):
    """Frozen features of the experiment's pre-trained image encoder, and a logistic regression per task.

    Args:
        judge: the encoder as it was before training.
    """

    modality = "image"

    def __init__(self, judge: EncoderJudge) -> None:
        self.judge, self.name = judge, judge.name

    def represent(self, inputs: Iterable[Any]) -> np.ndarray:
        """(n, D) features."""
        return self.judge.features_of(decode(image) for image in inputs)

    def learn(self, x: np.ndarray, labels: Mapping[str, np.ndarray], fold: int) -> Sight:
        """Fit the heads."""
        heads = {task: head(x, part) for task, part in labels.items() if part.any()}
        mean, spread = _scale(x)

        def sight(new: np.ndarray) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
            answers = {task: softmax(new @ weight.T + bias, axis=1) for task, (weight, bias) in heads.items()}
            return (new - mean) / spread, answers

        return sight


def _scale(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and spread of each feature; one that hardly varies counts a tenth of the average spread."""
    spread = features.std(axis=0)
    return features.mean(axis=0), spread + max(0.1 * float(spread.mean()), float(torch.finfo(torch.float32).tiny))
