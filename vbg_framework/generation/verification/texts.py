"""The witness of texts: words and pairs of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from vbg_framework.generation.verification.witness import Features, Sight, Witness

Text = str | Mapping[str, str]


class TextWitness(Witness):
    """TF-IDF of words and pairs of words, and a logistic regression per task, every class weighing the same."""

    modality = "text"
    name = "TF-IDF and logistic regression on real texts"

    def represent(self, inputs: Iterable[Text]) -> np.ndarray:
        """(n,) texts, their fields joined in the order of the names."""
        return np.array([_joined(text) for text in inputs], dtype=object)

    def learn(self, x: np.ndarray, labels: Mapping[str, np.ndarray], fold: int) -> Sight:
        """Fit vocabulary and heads."""
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
        known = words.fit_transform(x)
        heads = {task: _head(known, part) for task, part in labels.items() if part.any()}

        def sight(new: np.ndarray) -> tuple[Features, Mapping[str, np.ndarray]]:
            features = words.transform(new)
            return features, {task: _answers(fitted, features, labels[task]) for task, fitted in heads.items()}

        return sight


def _joined(text: Text) -> str:
    return text if isinstance(text, str) else "\n".join(text[field] for field in sorted(text))


def _head(features: Features, labels: np.ndarray) -> LogisticRegression | int:
    """A logistic regression; with one class only that class."""
    rows, codes = labels.nonzero()
    if len(np.unique(codes)) == 1:
        return int(codes[0])
    return LogisticRegression(C=10, max_iter=1000, class_weight="balanced").fit(features[rows], codes)


def _answers(fitted: LogisticRegression | int, features: Features, labels: np.ndarray) -> np.ndarray:
    found = np.zeros((features.shape[0], labels.shape[1]))
    if isinstance(fitted, int):
        found[:, fitted] = 1
    else:
        found[:, fitted.classes_] = fitted.predict_proba(features)
    return found
