"""The two witnesses of pictures: their outlines and colours, and a pre-trained encoder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import numpy as np
import torch
from scipy.special import softmax

from vbg_framework.data.pictures.image import decode
from vbg_framework.generation.quality.encoder_judge import EncoderJudge, head
from vbg_framework.generation.quality.net_training import READ, frames
from vbg_framework.generation.verification.heads import Head
from vbg_framework.generation.verification.outlines import describe
from vbg_framework.generation.verification.witness import Sight, Witness

STRENGTH = 1.0


class OutlineWitness(Witness):
    """Outlines and colours at 64 px (`outlines.describe`), and a logistic regression per task."""

    modality = "image"
    name = "outlines and colours of real pictures"

    def represent(self, inputs: Iterable[Any]) -> np.ndarray:
        """(n, D) features."""
        images, results = (decode(image) for image in inputs), [describe(frames([]))]
        while len(some := frames(islice(images, READ))):
            results.append(describe(some))
        return np.concatenate(results)

    def learn(self, x: np.ndarray, labels: Mapping[str, np.ndarray], fold: int) -> Sight:
        """Fit the heads; every class weighs the same."""
        heads = {task: Head(x, part, STRENGTH) for task, part in labels.items() if part.any()}

        def sight(new: np.ndarray) -> tuple[np.ndarray, Mapping[str, np.ndarray]]:
            return new, {task: fitted(new) for task, fitted in heads.items()}

        return sight


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
