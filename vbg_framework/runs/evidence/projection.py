"""Many numbers of each record as a place on a plane. n records, D numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

PCA, TSNE = LAYOUTS = ("pca", "tsne")
"""Principal components, fast; and t-SNE (van der Maaten & Hinton 2008), which keeps neighbours together."""
COMPONENTS = 50  # principal components that t-SNE reads
PERPLEXITY = 30.0


class Flat(NamedTuple):
    """Places on a plane.

    Args:
        places: (n, 2) between 0 and 1, with one scale for both; NaN = there is nothing to tell records apart by.
        held: share of the variance that the two principal components hold; None = they are none.
    """

    places: np.ndarray
    held: float | None = None


def flat(x: np.ndarray, layout: str = PCA) -> Flat:
    """Lay records out; the same numbers give the same places, and signs follow the longer tail.

    Args:
        x: (n, D).
        layout: one of `LAYOUTS`.
    """
    if len(x) < 3 or not x.any():
        return Flat(np.full((len(x), 2), np.nan))
    if layout == TSNE:
        from sklearn.manifold import TSNE as Method

        close = min(PERPLEXITY, (len(x) - 1) / 3)
        method = Method(2, perplexity=close, init="pca", random_state=0)
        return Flat(_even(method.fit_transform(_components(x, min(COMPONENTS, *x.shape))[0])))
    found, held = _components(x, 2)
    return Flat(_even(found), held)


def _components(x: np.ndarray, count: int) -> tuple[np.ndarray, float]:
    """(n, count) principal components, and the share of the variance they hold."""
    from sklearn.decomposition import PCA as Method

    method = Method(count, svd_solver="randomized", random_state=0).fit(x)
    return method.transform(x), float(method.explained_variance_ratio_.sum())


def _even(found: np.ndarray) -> np.ndarray:
    tails = np.sign((found**3).sum(0))
    found = found * np.where(tails, tails, 1)
    low, high = found.min(0), found.max(0)
    size = (high - low).max() or 1.0
    return np.asarray(0.5 + (found - (low + high) / 2) / size)
