"""Vectors of records made ready once, so that every search is one matrix product. n records, D numbers.

The search is exact. 100,000 records take less than 50 ms (`benchmarks/similar.py`), so no index library is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vbg_framework.runs.evidence.embedding import Embedding

LEFT_OUT = -2.0  # below every cosine
USUAL, TOGETHER = 1000, 128
"""Most objects that are compared with all others, and how many at once."""


class Index:
    """Records to look among.

    Args:
        embedding: n vectors per modality.
        clusters: n names of objects; records of one name are views of one object.
        parts: n parts of the split.
    """

    def __init__(self, embedding: Embedding, clusters: Sequence[str], parts: Sequence[str]) -> None:
        self._scales = {name: embedding.scale(name) for name in embedding.vectors}
        self._x = {name: embedding.even(name, *each).astype(np.float32) for name, each in self._scales.items()}
        self._squares = {name: np.square(x).sum(1) for name, x in self._x.items()}
        self._ranks = np.argsort(np.argsort(np.array(embedding.ids, dtype=str), kind="stable"))
        self._clusters = np.unique(np.array(clusters, dtype=str), return_inverse=True)[1]
        self._parts = np.array(parts, dtype=str)
        self._present = embedding.present
        self._usual: dict[tuple[str, ...], np.ndarray] = {}

    def similarities(self, query: Embedding, by: Sequence[str]) -> np.ndarray:
        """(n,) cosines of the standardised vectors, modalities of equal weight; -1 where there is nothing to compare.

        Args:
            query: one record.
            by: modalities that count.
        """
        asked = {name: query.even(name, *self._scales[name])[0].astype(np.float32) for name in by}
        products = sum(self._x[name] @ asked[name] for name in by)
        squares = sum(self._squares[name] for name in by) * sum(float(each @ each) for each in asked.values())
        lengths = np.sqrt(squares)
        return np.divide(products, lengths, out=np.full(len(lengths), -1.0, np.float32), where=lengths > 0)

    def nearest(
        self, query: Embedding, by: Sequence[str], count: int, without: int | None = None, part: str = ""
    ) -> list[tuple[int, float]]:
        """Places and similarities, the most similar first and then by id; of views of one object the nearest alone.

        Args:
            query, by: as of `similarities`.
            count: most records.
            without: place of a record whose object is left out.
            part: of the split, the only one to look in; "" = all.
        """
        scores = self.similarities(query, by)
        if without is not None:
            scores[self._clusters == self._clusters[without]] = LEFT_OUT
        if part:
            scores[self._parts != part] = LEFT_OUT
        return [(int(place), float(scores[place])) for place in self._first(scores, count) if scores[place] > LEFT_OUT]

    def usual(self, by: Sequence[str], part: str) -> np.ndarray:
        """Similarity of objects to the most similar other object, one record an object, at most 1,000 drawn by a seed.

        Args:
            by: modalities that count; records that lack one are left out.
            part: of the split, the only one to look in.

        Returns:
            (m,) cosines; none where there are not two objects. Kept for the next call.
        """
        key = (part, *by)
        if key not in self._usual:
            self._usual[key] = self._among(by, (self._parts == part) & np.all([self._present[name] for name in by], 0))
        return self._usual[key]

    def _among(self, by: Sequence[str], there: np.ndarray) -> np.ndarray:
        """`usual` of the records that are there."""
        x, clusters = np.hstack([self._x[name][there] for name in by]), self._clusters[there]
        x /= np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
        chosen = np.random.default_rng(0).permutation(np.unique(clusters, return_index=True)[1])[:USUAL]
        if len(chosen) < 2:
            return np.zeros(0, np.float32)
        groups = [chosen[start : start + TOGETHER] for start in range(0, len(chosen), TOGETHER)]
        return np.concatenate(
            [np.where(clusters[some, None] == clusters, LEFT_OUT, x[some] @ x.T).max(1) for some in groups]
        )

    def _first(self, scores: np.ndarray, count: int) -> np.ndarray:
        """Only as many are sorted as are needed to find `count` objects."""
        held = min(2 * count, len(scores))
        while True:
            top = np.flatnonzero(scores >= np.partition(scores, -held)[-held])
            top = top[np.lexsort((self._ranks[top], -scores[top]))]
            firsts = np.sort(np.unique(self._clusters[top], return_index=True)[1])[:count]
            if len(firsts) == count or held == len(scores):
                return top[firsts]
            held = min(4 * held, len(scores))
