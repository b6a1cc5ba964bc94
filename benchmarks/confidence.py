"""Whether calibrated probabilities and prediction sets keep their promises, over divisions of a real data set.

    VBG_DATA=... VBG_WEIGHTS=... uv run python benchmarks/confidence.py [--experiment egyptian-gated] [--replicates 8]

Every replicate has a division and seeds of its own. Prints per replicate and on average: macro-F1 on test, calibration
error on validation and test, the error that a perfectly calibrated model would show with as few test records (drawn
from its own confidences), the coverage of the sets on test, and their size.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

import vbg_framework
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.learning.evaluation.calibration import expected_calibration_error

DRAWS = 300
HEAD = ("macro_f1", "ece val", "ece test", "perfect", "coverage", "set size")


def perfect(run: RunFolder, task: str, seed: int) -> float:
    """The calibration error to be expected if every answer came true exactly as often as it says."""
    table = pq.read_table(run.path / "predictions.parquet", columns=[f"{task}_probabilities"])
    confidence = np.array(table.column(0).to_pylist()).max(1)
    generator = np.random.default_rng(seed)
    drawn = [
        expected_calibration_error(confidence, generator.random(len(confidence)) < confidence) for _ in range(DRAWS)
    ]
    return float(np.mean(drawn))


def replicate(experiment: str, folder: Path, seed: int) -> list[float]:
    """The numbers of one division."""
    sets = [f"split={{use: stratified, seed: {seed}}}", f"seed={seed}", "calibration.temperature=true"]
    run = vbg_framework.run(experiment, runs=folder, sets=sets)
    metrics = run.read_json("metrics.json")
    task = next(iter(metrics["test"]))
    test, sure = metrics["test"][task], metrics["confidence"][task]
    errors = [metrics["validation"][task]["ece"], test["ece"], perfect(run, task, seed)]
    return [test["macro_f1"], *errors, sure["coverage"], sure["set_size"]]


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiment", default="egyptian-gated")
    parser.add_argument("--replicates", type=int, default=8)
    given = parser.parse_args()
    print("seed ", *(f"{name:>9}" for name in HEAD))
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(1, given.replicates + 1):
            rows.append(replicate(given.experiment, Path(temporary), seed))
            print(f"{seed:<5}", *(f"{value:9.3f}" for value in rows[-1]), flush=True)
    for name, value in (("mean", np.mean(rows, axis=0)), ("sd", np.std(rows, axis=0, ddof=1))):
        print(f"{name:<5}", *(f"{each:9.3f}" for each in value))


if __name__ == "__main__":
    main()
