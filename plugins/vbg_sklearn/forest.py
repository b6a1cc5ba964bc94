"""Extremely randomised trees as a head. n vectors, C classes, T trees, M nodes of all trees."""

from __future__ import annotations

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier as Trees

from vbg_sklearn.columns import ArrayClassifier, Arrays

LEAF = -1


class ExtraTreesClassifier(ArrayClassifier):
    """scikit-learn's `ExtraTreesClassifier` (Geurts et al. 2006), kept as the arrays of its nodes."""

    def learn(self, x: np.ndarray, codes: np.ndarray, count: int, seed: int) -> Arrays:
        """Grow the trees, and put their nodes one after the other."""
        config = self.config
        grown = Trees(
            config.n_estimators, max_features=config.max_features, min_samples_leaf=config.min_samples_leaf,
            class_weight="balanced" if config.class_weights == "balanced" else None, random_state=seed % 2**32,
        ).fit(x, codes)  # fmt: skip
        trees = [each.tree_ for each in grown.estimators_]
        starts = np.cumsum([0, *(tree.node_count for tree in trees)])[:-1]
        said = np.concatenate([tree.value[:, 0] for tree in trees])
        return {
            "starts": starts.astype(np.int64),
            "feature": np.concatenate([tree.feature for tree in trees]).astype(np.int64),
            "threshold": np.concatenate([tree.threshold for tree in trees]).astype(np.float64),
            "left": _moved([tree.children_left for tree in trees], starts),
            "right": _moved([tree.children_right for tree in trees], starts),
            "said": (said / said.sum(1, keepdims=True)).astype(np.float32),
        }

    def say(self, arrays: Arrays, x: np.ndarray) -> np.ndarray:
        """Go down all trees at once; mean over trees."""
        node = np.tile(arrays["starts"], (len(x), 1))  # (n, T)
        rows = np.arange(len(x))[:, None]
        while (inner := arrays["left"][node] != LEAF).any():
            smaller = x[rows, np.where(inner, arrays["feature"][node], 0)] <= arrays["threshold"][node]
            node = np.where(inner, np.where(smaller, arrays["left"][node], arrays["right"][node]), node)
        return arrays["said"][node].mean(1, dtype=np.float64)


def _moved(children: list[np.ndarray], starts: np.ndarray) -> np.ndarray:
    """Places of children in the arrays of all trees; `LEAF` stays."""
    return np.concatenate(
        [np.where(each == LEAF, LEAF, each + start) for each, start in zip(children, starts, strict=True)]
    ).astype(np.int64)
