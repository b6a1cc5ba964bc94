"""Boosted trees as a head. n vectors, C classes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from xgboost import XGBClassifier

from vbg_framework import EstimatorClassifier, Task
from vbg_xgboost.trees import Trees

FILE = "trees.json"


class XgboostClassifier(EstimatorClassifier):
    """XGBoost (Chen and Guestrin 2016, https://arxiv.org/abs/1603.02754), one model per task.

    A multi-label task has one model per class. A class without training records has probability 0, a task without any
    training label equal probabilities.
    """

    def __init__(self, config: Any, *, dim: int, tasks: Mapping[str, Task]) -> None:
        super().__init__(config, dim=dim, tasks=tasks)
        self.trees: dict[str, list[Trees]] = {}

    def fit(self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, seed: int) -> None:
        """Learn the trees of every task from its labelled vectors."""
        for name, task in self.tasks.items():
            target = targets[name]
            known = (target != -1).all(1) if task.multi_label else target != -1  # (n,)
            columns: Iterable[np.ndarray] = target[known].T if task.multi_label else [target[known]]
            count = 2 if task.multi_label else len(task.classes)
            self.trees[name] = [Trees.fit(self.model(seed), x[known], column, count) for column in columns]

    def model(self, seed: int) -> XGBClassifier:
        """A fresh one with the options."""
        config = self.config
        return XGBClassifier(
            n_estimators=config.n_estimators,
            max_depth=config.max_depth,
            learning_rate=config.learning_rate,
            subsample=config.subsample,
            colsample_bytree=config.colsample_bytree,
            min_child_weight=config.min_child_weight,
            reg_lambda=config.reg_lambda,
            n_jobs=config.threads,
            random_state=seed % 2**31,
            tree_method="hist",
            device="cpu",
        )

    def predict_proba(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """(n, dim) -> task -> (n, C)."""
        return {name: self._probabilities(name, x) for name in self.tasks}

    def _probabilities(self, name: str, x: np.ndarray) -> np.ndarray:
        results = [trees(x) for trees in self.trees[name]]
        return np.stack([each[:, 1] for each in results], axis=1) if self.tasks[name].multi_label else results[0]

    def save(self, folder: Path) -> None:
        """Write which classes were seen as JSON, and every model in XGBoost's own JSON."""
        kept = [[trees.about() for trees in self.trees[name]] for name in self.tasks]
        (folder / FILE).write_text(json.dumps(kept))
        for index, name in enumerate(self.tasks):
            for column, trees in enumerate(self.trees[name]):
                trees.save(_file(folder, index, column))

    def load(self, folder: Path) -> None:
        """Read them again."""
        kept = json.loads((folder / FILE).read_text())
        for index, name in enumerate(self.tasks):
            self.trees[name] = [
                Trees.load(self.model(seed=0), about, _file(folder, index, column))
                for column, about in enumerate(kept[index])
            ]


def _file(folder: Path, index: int, column: int) -> Path:
    return folder / f"task-{index}-{column}.json"
