# /// script
# requires-python = ">=3.10,<3.14"
# dependencies = ["autogluon.tabular[all]==1.6.3"]
# ///
"""Fit AutoGluon Tabular, or ask it: `autogluon_tabular.py` runs this in an environment of its own.

`given.npz` holds x (n, D), and to fit target (n,) and fold (n,); `said.npy` gets probabilities (n, C).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from autogluon.tabular import TabularPredictor

LABEL, FOLD = "target", "fold"


def main() -> None:
    """Read the command line."""
    what, folder, classes, seconds, presets = sys.argv[1:]
    place = Path(folder)
    given = np.load(place / "given.npz")
    frame = pd.DataFrame(given["x"], columns=[f"f{number}" for number in range(given["x"].shape[1])])
    if what == "fit":
        frame[LABEL], frame[FOLD] = given["target"], given["fold"]
        predictor = TabularPredictor(
            LABEL, "multiclass", "log_loss", path=str(place / "model"), groups=FOLD, verbosity=0,
            learner_kwargs={"label_count_threshold": 1},
        )  # fmt: skip
        predictor.fit(
            frame, time_limit=int(seconds), presets=presets, num_cpus=1, num_gpus=0, dynamic_stacking=False,
            ag_args_ensemble={"fold_fitting_strategy": "sequential_local"},
        )  # fmt: skip
        said = predictor.predict_proba_oof()
        said = said[said.index < len(frame)]  # without the rows it doubled
    else:
        said = TabularPredictor.load(str(place / "model")).predict_proba(frame)
    result = np.full((len(frame), int(classes)), 1 / int(classes), np.float32)  # of what AutoGluon left out
    result[said.index] = 1e-9  # of classes it does not know
    for code in said.columns:
        result[said.index, int(code)] = said[code]
    np.save(place / "said.npy", result)


if __name__ == "__main__":
    main()
