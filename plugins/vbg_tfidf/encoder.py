"""The text encoder that counts words. B batch, D terms."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from torch import Tensor

from vbg_framework import Block, Encoder, Features, Processor, VBGError
from vbg_tfidf import TfidfConfig

TERMS = "terms.json"
HIDDEN = "[MASK]"  # stands for a hidden label, and must not be counted as the word "mask"


class TfidfEncoder(Encoder):
    """TF-IDF with smoothed idf and rows of length 1, as scikit-learn's `TfidfVectorizer` defines it.

    One token per text, equal to `pooled`; all zeros where no term is known. Terms are lower case without accents.
    """

    modality = "text"

    def __init__(self, config: TfidfConfig, *, assets: Path) -> None:
        super().__init__(config, assets=assets)
        learnt = json.loads((assets / TERMS).read_text(encoding="utf-8"))
        self.vectorizer = vectorizer(config, learnt["terms"])
        self.vectorizer.idf_ = np.array(learnt["idf"])
        self.dim = len(learnt["terms"])
        self.train()

    @classmethod
    def prepare(cls, config: TfidfConfig, items: Iterable[Any], assets: Path, *, seed: int) -> None:
        """Learn the terms and their weights from the training texts.

        Raises:
            VBGError: no term is left.
        """
        learner = vectorizer(config)
        try:
            learner.fit(map(shown, items))
        except ValueError as error:  # an empty vocabulary, before or after rare terms are left out
            what = f"no term of the training texts is in {config.min_df} of them or more"
            raise VBGError("encoder 'tfidf'", what, "Set a smaller `min_df`, or give more text fields.") from error
        learnt = {"terms": learner.get_feature_names_out().tolist(), "idf": learner.idf_.tolist()}
        (assets / TERMS).write_text(json.dumps(learnt, ensure_ascii=False), encoding="utf-8")

    def train(self, mode: bool = True) -> TfidfEncoder:
        """Nothing in here is trained: always as in evaluation."""
        return super().train(False)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """One, of counts."""
        return (Block(self.modality, self.dim, dense=False),)

    def processor(self, train: bool) -> Processor:
        """Texts -> {"weights": (B, D)}."""
        return CountTerms(self.vectorizer)

    def forward(self, inputs: Mapping[str, Tensor]) -> Features:
        """{"weights": (B, D)} -> tokens (B, 1, D)."""
        pooled = inputs["weights"]
        return Features(pooled[:, None], torch.ones_like(pooled[:, :1], dtype=torch.bool), pooled)


class CountTerms:
    """Texts -> {"weights": (B, D) float32}. Picklable."""

    def __init__(self, fitted: TfidfVectorizer) -> None:
        self.vectorizer = fitted

    def __call__(self, texts: Sequence[str]) -> dict[str, Tensor]:
        """Process one batch."""
        counted = self.vectorizer.transform([shown(text) for text in texts])
        return {"weights": torch.from_numpy(counted.toarray().astype(np.float32))}


def vectorizer(config: TfidfConfig, terms: Sequence[str] | None = None) -> TfidfVectorizer:
    """scikit-learn's, with these options; with the terms given, only their idf is missing."""
    return TfidfVectorizer(
        analyzer=config.analyzer,
        ngram_range=config.ngram_range,
        min_df=config.min_df,
        max_features=config.max_features,
        sublinear_tf=config.sublinear,
        strip_accents="unicode",
        vocabulary=terms,
    )


def shown(text: str) -> str:
    """A text without the marks of hidden labels."""
    return text.replace(HIDDEN, " ")
