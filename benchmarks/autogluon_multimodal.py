"""AutoGluon Multimodal on a table of pictures, texts and metadata, in an environment of its own.

`uv` makes the environment from the head of `autogluon_multimodal_fit.py`. Backbones are folders of weights.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from exported import TABLE, export
from processes import cost

from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.calibration import calibrated_error
from vbg_framework.learning.evaluation.metrics import evaluate
from vbg_framework.paths import locate

SCRIPT = Path(__file__).with_name("autogluon_multimodal_fit.py")
OFFLINE = {"HF_HUB_OFFLINE": "1"}

BACKBONES = {"image": "vit_tiny_patch16_224_augreg", "text": "all-MiniLM-L6-v2"}
"""Weights below the folder that VBG_WEIGHTS names."""


def measured(
    experiment: str, sets: list[str], metadata: Sequence[str], folder: Path, *, seconds: int, passes: int, seed: int
) -> dict[str, float]:
    """Figures on the test records of an experiment with one task; see `exported.export` and `fit`."""
    task = export(experiment, sets, metadata, folder)
    weights = {name: str(locate(each, variable="VBG_WEIGHTS")) for name, each in BACKBONES.items()}
    options = weights | {
        "seconds": seconds,
        "seed": seed,
        "plain": False,
        "hyperparameters": {"optim.max_epochs": passes},
    }
    took = fit(folder, folder, options)
    said, target = answers(folder, task)
    found = evaluate({task.name: task}, {task.name: said}, {task.name: target})[task.name]
    return found | {"chance": calibrated_error(said.max(1))[0]} | took


def answers(folder: Path, task: Task) -> tuple[np.ndarray, np.ndarray]:
    """(n, C) probabilities and (n,) true classes of the labelled test records; a class that was never seen has 1e-9."""
    table = pd.read_csv(folder / TABLE, dtype=str).set_index("id")
    said = pd.read_csv(folder / "predictions.csv", dtype={"id": str}).set_index("id")
    said = said.reindex(columns=list(task.classes), fill_value=1e-9)
    target = table.loc[said.index, "target"].map(task.classes.index)
    return said.to_numpy(), target.to_numpy()


def environment() -> str:
    """The interpreter of its environment, which is made where there is none.

    Raises:
        CalledProcessError: it cannot be made, such as without a package index.
    """
    subprocess.run(["uv", "sync", "--quiet", "--script", str(SCRIPT)], check=True)
    found = subprocess.run(["uv", "python", "find", "--script", str(SCRIPT)], check=True, capture_output=True)
    return found.stdout.decode().strip()


def fit(folder: Path, place: Path, options: Mapping[str, Any]) -> dict[str, float]:
    """Fit on a table and write `predictions.csv`; what that took, see `processes.cost`.

    Args:
        folder: what `exported.export` made.
        place: the folder of what is written; `log` gets what AutoGluon says.
        options: see `autogluon_multimodal_fit.py`.
    """
    python = environment()
    (place / "options.json").write_text(json.dumps(options))
    return cost([python, str(SCRIPT), str(folder), str(place)], place, place / "log", OFFLINE)
