"""The answers of the test split that have a known truth."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow.parquet as pq

from vbg_framework.toolkit import RunFolder

FILE = "predictions.parquet"


def answered(run: RunFolder) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """For every task with one class per record: its name, (n,) confidence in 0..1, (n,) whether the answer is right."""
    if not (run.path / FILE).exists():
        return
    rows = pq.read_table(run.path / FILE).to_pydict()
    for task in run.config()["experiment"]["tasks"]:
        known = [i for i, truth in enumerate(rows.get(task, ())) if isinstance(truth, str)]
        if known:
            confidence = np.array([max(rows[f"{task}_probabilities"][i]) for i in known])
            yield task, confidence, np.array([rows[f"{task}_predicted"][i] == rows[task][i] for i in known])
