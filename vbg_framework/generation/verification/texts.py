"""The witness of texts: words and pairs of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from vbg_framework.generation.verification.heads import Head
from vbg_framework.generation.verification.witness import Features, Sight, Witness

STRENGTH = 10.0
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
        heads = {task: Head(known, part, STRENGTH) for task, part in labels.items() if part.any()}

        def sight(new: np.ndarray) -> tuple[Features, Mapping[str, np.ndarray]]:
            features = words.transform(new)
            return features, {task: fitted(features) for task, fitted in heads.items()}

        return sight


def _joined(text: Text) -> str:
    return text if isinstance(text, str) else "\n".join(text[field] for field in sorted(text))
