"""Linear classifiers of scikit-learn as heads. n vectors, D features, C classes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from vbg_framework import EstimatorClassifier, Task
from vbg_sklearn.lines import Lines, fit_one, fit_several

FILE = "lines.safetensors"


class LinearClassifier(EstimatorClassifier):
    """Per task one line per class, `x @ weight + bias`; softmax of the lines, or sigmoid for a multi-label task.

    A class without training records has probability 0, a task without any training label equal probabilities.
    """

    def __init__(self, config: Any, *, dim: int, tasks: Mapping[str, Task]) -> None:
        super().__init__(config, dim=dim, tasks=tasks)
        self.lines: dict[str, Lines] = {}

    @abstractmethod
    def solver(self, seed: int) -> Any:
        """A fresh estimator of scikit-learn with `coef_` and `intercept_`."""

    def fit(self, x: np.ndarray, targets: Mapping[str, np.ndarray], *, seed: int) -> None:
        """Learn the lines of every task from its labelled vectors."""
        for name, task in self.tasks.items():
            target = targets[name]
            known = (target != -1).all(1) if task.multi_label else target != -1  # (n,)
            fit = fit_several if task.multi_label else fit_one
            solver = self.solver(seed % 2**32)
            self.lines[name] = fit(solver, x[known], target[known], len(task.classes), self.config.standardise)

    def predict_proba(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """(n, D) -> task -> (n, C)."""
        return {name: self._probabilities(name, x) for name in self.tasks}

    def _probabilities(self, name: str, x: np.ndarray) -> np.ndarray:
        logits = self.lines[name](x)
        return expit(logits) if self.tasks[name].multi_label else softmax(logits, axis=1)

    def save(self, folder: Path) -> None:
        """Write all lines to one safetensors file."""
        parts = {f"{index}.{key}": value for index, name in enumerate(self.tasks) for key, value in self._parts(name)}
        save_file(parts, folder / FILE)

    def _parts(self, name: str) -> list[tuple[str, np.ndarray]]:
        return [("weight", self.lines[name].weight), ("bias", self.lines[name].bias)]

    def load(self, folder: Path) -> None:
        """Read them again."""
        parts = load_file(folder / FILE)
        for index, name in enumerate(self.tasks):
            self.lines[name] = Lines(parts[f"{index}.weight"], parts[f"{index}.bias"])


class LogisticRegressionClassifier(LinearClassifier):
    """scikit-learn's `LogisticRegression`: multinomial, or one per class for a multi-label task; same probabilities."""

    def solver(self, seed: int) -> LogisticRegression:
        """L-BFGS."""
        return LogisticRegression(
            C=self.config.c, class_weight=class_weight(self.config), max_iter=self.config.max_iter, random_state=seed
        )


class LinearSvmClassifier(LinearClassifier):
    """scikit-learn's `LinearSVC`; probabilities are softmax (sigmoid) of its decision values.

    They order classes as the machine does, but are no measured frequencies. Platt's calibration would need several
    records of every class for a cross-validation, which scarce classes do not have.
    """

    def solver(self, seed: int) -> LinearSVC:
        """liblinear, one class against the rest."""
        return LinearSVC(
            C=self.config.c, class_weight=class_weight(self.config), max_iter=self.config.max_iter, random_state=seed
        )


def class_weight(config: Any) -> str | None:
    """The option as scikit-learn names it."""
    return "balanced" if config.class_weights == "balanced" else None
