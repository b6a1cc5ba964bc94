"""Linear probes: how well a few simple features predict the label."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from datasets import Dataset
from PIL import Image
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from threadpoolctl import threadpool_limits

SIDE = 4  # of the grid whose mean colours are taken
WORD = r"(?u)[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\w+"  # a word, or a character of a script without spaces
MOST_WORDS = 20_000

Scores = dict[str, float]


def words(train: Sequence[str], validation: Sequence[str]) -> tuple[csr_array, csr_array]:
    """TF-IDF of the words, learnt from the training texts: (n, V) each. Without any word, a single 0."""
    learnt = TfidfVectorizer(token_pattern=WORD, max_features=MOST_WORDS, sublinear_tf=True)
    try:
        return csr_array(learnt.fit_transform(train)), csr_array(learnt.transform(validation))
    except ValueError:  # no word at all
        return csr_array((len(train), 1)), csr_array((len(validation), 1))


def colours(data: Dataset) -> np.ndarray:
    """Mean and spread of the colours of each image in a grid of 4 x 4 cells: (n, 96), 0 where there is no image."""
    result = np.zeros((len(data), SIDE, SIDE, 6), np.float32)
    for row, image in enumerate(data.with_format("arrow")["image"][:].to_pylist()):
        if image:
            result[row] = _cells(image["bytes"])
    return result.reshape(len(data), -1)


def _cells(image: bytes) -> np.ndarray:
    picture = Image.open(io.BytesIO(image))
    picture.draft("RGB", (8 * SIDE, 8 * SIDE))
    pixels = np.asarray(picture.convert("RGB").resize((8 * SIDE, 8 * SIDE)), np.float32) / 255
    cells = pixels.reshape(SIDE, 8, SIDE, 8, 3).swapaxes(1, 2).reshape(SIDE, SIDE, 64, 3)
    return np.concatenate([cells.mean(2), cells.std(2)], axis=-1)


def score(train: Any, validation: Any, train_target: np.ndarray, validation_target: np.ndarray) -> Scores:
    """Accuracy and macro-F1 of a logistic regression.

    Args:
        train, validation: (n, D) features.
        train_target, validation_target: (n, C) of 0 and 1. If a record carries several or none, all its answers must
            be right to count.
    """
    with threadpool_limits(1):
        if (train_target.sum(1) == 1).all():
            return _scores(_one_answer(train, validation, train_target), validation_target)
        answers = [_yes_or_no(train, validation, of) for of in train_target.T]
        return _scores(np.stack(answers, axis=1), validation_target)


def _one_answer(train: Any, validation: Any, target: np.ndarray) -> np.ndarray:
    codes = target.argmax(1)
    found = _model().fit(train, codes).predict(validation) if len(np.unique(codes)) > 1 else codes[0]
    return np.eye(target.shape[1], dtype=bool)[np.broadcast_to(found, validation.shape[0])]


def _yes_or_no(train: Any, validation: Any, target: np.ndarray) -> np.ndarray:
    if target.all() or not target.any():
        return np.full(validation.shape[0], target[0])
    return _model().fit(train, target).predict(validation)


def _model() -> LogisticRegression:
    return LogisticRegression(C=10, max_iter=200, tol=1e-3)


def majority(train_target: np.ndarray, validation_target: np.ndarray) -> Scores:
    """The same for always giving the most frequent answer of the training records."""
    kinds, counts = np.unique(train_target, axis=0, return_counts=True)
    return _scores(np.tile(kinds[counts.argmax()], (len(validation_target), 1)), validation_target)


def _scores(answers: np.ndarray, target: np.ndarray) -> Scores:
    right = (answers.astype(bool) == target).all(1).mean()
    there = target.any(0) | answers.any(0)
    f1 = f1_score(target[:, there], answers[:, there], average="macro", zero_division=0)
    return {"accuracy": round(float(right), 4), "macro_f1": round(float(f1), 4)}
