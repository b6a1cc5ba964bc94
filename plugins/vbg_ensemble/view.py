"""One view of the joined vectors: blocks on one scale, reduced to principal components. n vectors, D numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.utils.extmath import randomized_svd

from vbg_framework import Block

Weights = Mapping[str, float]


def distinct(views: Mapping[str, Weights], blocks: Sequence[Block]) -> dict[str, Weights]:
    """The views as far as their modalities are there, each once, their shares summing to 1."""
    there = {block.modality for block in blocks}
    results: dict[str, Weights] = {}
    for name, weights in views.items():
        kept = {m: weight for m, weight in weights.items() if m in there and weight > 0}
        total = sum(kept.values())
        shares = {m: round(weight / total, 6) for m, weight in kept.items()} if total else {}
        if shares and shares not in results.values():
            results[name] = shares
    return results or {"whole": dict.fromkeys(there, 1 / len(there))}


@dataclass(frozen=True)
class View:
    """(n, D) -> (n, K), of mean squared length 1 over the vectors it was made from.

    Args:
        mean, scale, centre: (D,), applied in this order; blocks that a record lacks stay 0 before `centre`.
        turn: (D, K).
        edges: (M + 1,) where the blocks begin, and D.
    """

    mean: np.ndarray
    scale: np.ndarray
    centre: np.ndarray
    turn: np.ndarray
    edges: np.ndarray

    @classmethod
    def learn(cls, x: np.ndarray, blocks: Sequence[Block], weights: Weights, most: int, seed: int) -> View:
        """Bring every block to mean squared length = its weight, and find the principal components."""
        edges = np.cumsum([0, *(block.size for block in blocks)])
        mean, scale = np.zeros(x.shape[1]), np.zeros(x.shape[1])
        for block, start, end in zip(blocks, edges, edges[1:], strict=False):
            share = weights.get(block.modality, 0.0) * _part(block, blocks)
            mean[start:end], scale[start:end] = _scaled(x[:, start:end].astype(np.float64), block.dense, share)
        bare = cls(mean, scale, np.zeros(x.shape[1]), np.zeros((x.shape[1], 0)), edges)
        z = bare._even(x)
        centre = z.mean(0)
        count = max(1, min(most, len(x) - 1, x.shape[1]))
        turn = randomized_svd(z - centre, count, random_state=seed % 2**32)[2].T
        size = np.square((z - centre) @ turn).sum(1).mean() ** 0.5 or 1.0
        return cls(mean, scale, centre, (turn / size).astype(np.float32), edges)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(n, D) -> (n, K) float32."""
        return ((self._even(x) - self.centre) @ self.turn.astype(np.float64)).astype(np.float32)

    def _even(self, x: np.ndarray) -> np.ndarray:
        even = (x.astype(np.float64) - self.mean) * self.scale
        for start, end in zip(self.edges, self.edges[1:], strict=False):
            even[~x[:, start:end].any(1), start:end] = 0
        return even


def _part(block: Block, blocks: Sequence[Block]) -> float:
    """The share of a block in its modality: encoders count alike, and blocks of an encoder as it says."""
    beside = [each for each in blocks if each.modality == block.modality]
    own = sum(each.weight for each in beside if each.encoder == block.encoder)
    return block.weight / own / len({each.encoder for each in beside})


def _scaled(x: np.ndarray, dense: bool, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Mean and scale of a block, from the records that have it."""
    known = x[x.any(1)]
    if not len(known) or not share:
        return np.zeros(x.shape[1]), np.zeros(x.shape[1])
    mean = known.mean(0) if dense else np.zeros(x.shape[1])
    spread = known.std(0) if dense else np.ones(x.shape[1])
    scale = np.divide(1, spread, out=np.zeros_like(spread), where=spread > 1e-8)
    size = np.square((known - mean) * scale).sum(1).mean() ** 0.5 or 1.0
    return mean, scale * share**0.5 / size
