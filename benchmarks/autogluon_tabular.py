"""AutoGluon Tabular on the same features, folds and classes, as a plugin of one file.

AutoGluon lives in an environment of its own, which `uv` makes from the head of `autogluon_fit.py`.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from figures_only import FiguresOnly
from pydantic import Field
from scipy.sparse import csr_array
from sklearn.decomposition import TruncatedSVD

from vbg_framework import Component, Config, hookimpl

SCRIPT = Path(__file__).with_name("autogluon_fit.py")
COMPONENTS = 128
"""Numbers that a block of counts of words is reduced to: thousands of columns would take all the time."""


class AutoGluonConfig(Config):
    """How long it may take."""

    seconds: Annotated[int, Field(ge=5)] = 120
    """Wall time of the fit, on one core."""
    presets: str = "best_quality"
    """AutoGluon's own word for what it tries."""


class AutoGluon(FiguresOnly):
    """Fits AutoGluon once, bagged over the folds it is given; one task with one label per record; not kept."""

    def cross_fit(
        self, x: np.ndarray, targets: Mapping[str, np.ndarray], folds: Sequence[Any], *, seed: int
    ) -> dict[str, np.ndarray]:
        """Learn from all, and return what its bags say of the records they have not seen."""
        [(name, target)] = targets.items()
        self.reductions = self._reductions(x, seed)
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        fold = np.zeros(len(x), int)
        for number, (_, held) in enumerate(folds):
            fold[held] = number
        known = target >= 0
        columns = self._columns(x)
        said = np.zeros((len(x), len(self.tasks[name].classes)), np.float32)
        said[known] = self._asked("fit", x=columns[known], target=target[known], fold=fold[known])
        return {name: said}

    def predict_proba(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """(n, dim) -> task -> (n, C)."""
        [name] = self.tasks
        return {name: self._asked("predict", x=self._columns(x))}

    def _reductions(self, x: np.ndarray, seed: int) -> list[tuple[slice, TruncatedSVD | None]]:
        results, start = [], 0
        for block in self.blocks:
            part = slice(start, start + block.size)
            wide = not block.dense and block.size > COMPONENTS
            results.append(
                (part, TruncatedSVD(COMPONENTS, random_state=seed % 2**32).fit(csr_array(x[:, part])) if wide else None)
            )
            start += block.size
        return results

    def _columns(self, x: np.ndarray) -> np.ndarray:
        return np.hstack([svd.transform(csr_array(x[:, part])) if svd else x[:, part] for part, svd in self.reductions])

    def _asked(self, what: str, **arrays: np.ndarray) -> np.ndarray:
        """Probabilities, (n, C), that the other environment answers with."""
        folder = Path(self.folder.name)
        np.savez(folder / "given.npz", **arrays)
        classes = len(next(iter(self.tasks.values())).classes)
        options = [str(classes), str(self.config.seconds), self.config.presets]
        subprocess.run(["uv", "run", "--script", str(SCRIPT), what, str(folder), *options], check=True)
        return np.load(folder / "said.npy")


@hookimpl
def vbg_components() -> list[Component]:
    """Declare the head."""
    return [Component("classifier", "autogluon_tabular", AutoGluonConfig, "autogluon_tabular:AutoGluon")]
