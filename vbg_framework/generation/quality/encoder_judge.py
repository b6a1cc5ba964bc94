"""The judge of generated pictures that looks through a pre-trained encoder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from safetensors.torch import load_file
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from vbg_framework.base.errors import VBGError
from vbg_framework.base.regular_file import regular
from vbg_framework.base.seeds import derive, seed_everything
from vbg_framework.config.part import Part
from vbg_framework.contracts.interfaces import Encoder, Processor
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.generation.quality.network import ABOUT, WEIGHTS, FeatureNetwork, lessons, save_judge, saved_judge
from vbg_framework.screen import Screen

READ = 32  # pictures looked at together
NEVER = -1e9  # logit of a class without a training picture

Heads = Mapping[str, tuple[np.ndarray, np.ndarray]]  # task -> (C, D) weights and (C,) bias


class EncoderJudge(FeatureNetwork):
    """Frozen features of an encoder with trained weights, and a logistic regression per task on top of them.

    It needs an image encoder that has learnt from many other pictures; `Judge` is for when there is none.

    Args:
        encoder: an image encoder with its weights; its `pooled` features are used. It is not changed.
        processor: its `processor(False)`.
        name: what the encoder is, such as `ViT-Base trained on ImageNet-21k`.
    """

    def __init__(self, encoder: Encoder, processor: Processor, *, name: str) -> None:
        self.encoder, self.processor, self.encoder_name = encoder, processor, name
        self.name = name
        self.classes: dict[str, tuple[str, ...]] = {}
        self.heads: Heads = {}

    def fit(
        self,
        train: TrainView,
        *,
        tasks: Sequence[str],
        seed: int,
        folder: Path | None,
        screen: Screen | None = None,
    ) -> EncoderJudge:
        """Learn to tell the classes of the tasks apart, every class weighing the same, and return itself.

        Args:
            train: the real training records.
            tasks: what it learns to tell.
            seed: seed of the draw if there are more than 10,000 training pictures.
            folder: where it is saved; if it lies there already, nothing is learnt. None = not saved.
            screen: where progress is shown.

        Raises:
            VBGError: no training record has both a picture and a label.
        """
        key = {
            "train": train.fingerprint,
            "tasks": {name: list(train.tasks[name].classes) for name in tasks},
            "seed": seed,
            "encoder": self.encoder_name,
        }
        if folder is not None and saved_judge(folder).items() >= key.items():
            return self.load(folder)
        features, labels = lessons(train, tasks, seed, self.features_of, screen)
        self.classes = {name: train.tasks[name].classes for name in tasks}
        self.heads = {name: head(features, part) for name, part in zip(tasks, labels, strict=True)}
        self.name = f"{self.encoder_name}; classes learnt from {len(features):,} real training images"
        if folder is not None:
            tensors = {
                f"{name}.{i}": torch.from_numpy(p) for name, pair in self.heads.items() for i, p in enumerate(pair)
            }
            save_judge(folder, tensors, {"name": self.name, **key})
        return self

    def look(self, images: Iterable[Image.Image]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """n RGB pictures of any size -> (n, D) features and task -> (n, C) probabilities."""
        features = self.features_of(images)
        answers = {name: softmax(features @ weight.T + bias, axis=1) for name, (weight, bias) in self.heads.items()}
        return features, answers

    def load(self, folder: Path) -> EncoderJudge:
        """Become what `fit` saved, with the encoder given, and return itself.

        Raises:
            VBGError: there is no judge in the folder.
        """
        about = saved_judge(folder)
        if not about:
            raise VBGError(str(folder / ABOUT), "no such file", "Fit the judge again.")
        tensors = load_file(regular(folder / WEIGHTS))
        self.name = about["name"]
        self.classes = {name: tuple(classes) for name, classes in about["tasks"].items()}
        self.heads = {name: (tensors[f"{name}.0"].numpy(), tensors[f"{name}.1"].numpy()) for name in self.classes}
        return self

    @torch.inference_mode()
    def features_of(self, images: Iterable[Image.Image]) -> np.ndarray:
        """n RGB pictures of any size -> (n, D) frozen features, before anything was learnt."""
        pending, was_training = iter(images), self.encoder.training
        device = next(self.encoder.parameters()).device
        results = [np.empty((0, self.encoder.dim), np.float32)]
        self.encoder.eval()
        while some := list(islice(pending, READ)):
            inputs = {name: tensor.to(device) for name, tensor in self.processor(some).items()}
            results.append(self.encoder(inputs).pooled.float().cpu().numpy())
        self.encoder.train(was_training)
        return np.concatenate(results)


def trained_encoder(part: Part[Any], assets: Path, seed: int) -> Encoder | None:
    """An image encoder with its pre-trained weights; None if it begins with random ones.

    Args:
        part: the encoder with its options.
        assets: what it prepared.
        seed: seed of random weights.
    """
    seed_everything(derive(seed, "judge"))
    encoder: Encoder = part.component.load()(part.config, assets=assets)
    before = [parameter.clone() for parameter in encoder.parameters()]
    encoder.pretrain(iter(()), seed=seed)
    same = all(torch.equal(old, new) for old, new in zip(before, encoder.parameters(), strict=True))
    return None if same else encoder.eval()


def head(features: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n, D) features and (n, C) shares -> weights and bias of a logistic regression on standardised features."""
    rows, codes = labels.nonzero()
    classes = np.unique(codes)
    weight, bias = np.zeros((labels.shape[1], features.shape[1])), np.full(labels.shape[1], NEVER)
    bias[classes] = 0
    if len(classes) > 1:
        scaler = StandardScaler().fit(features[rows])
        model = LogisticRegression(max_iter=1000, class_weight="balanced")
        model.fit(scaler.transform(features[rows]), codes, sample_weight=labels[rows, codes])
        two = len(classes) == 2  # scikit-learn then keeps the second class only
        slope = np.vstack([np.zeros_like(model.coef_), model.coef_]) if two else model.coef_
        level = np.append(0, model.intercept_) if two else model.intercept_
        weight[classes] = slope / scaler.scale_
        bias[classes] = level - weight[classes] @ scaler.mean_
    return weight.astype(np.float32), bias.astype(np.float32)
