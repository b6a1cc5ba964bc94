"""What copies of all training records, which add nothing, seem to bring under two budgets; and that wrong labels hurt.

    uv run python benchmarks/budget.py [--replicates 10] [--steps 160]

Image encoder and head of the quickstart, task `form` of the mini museum. Every replicate has a division and seeds of
its own, shared by all arms:
  none    real records only
  copies  every training record once more, at equal optimiser steps
  epochs  the same, at equally many passes over the records, which are twice as many steps
  noise   a third of the labels wrong
Prints the paired differences of macro-F1 to `none` in points, with the corrected resampled t interval.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path

import vbg_framework
from vbg_framework.statistics import Design, compare

TASK = "form"
COPIES = ["augmenter=duplicate", "loop.copies=false", "loop.verify=null", "loop.quality=false"]


def arms(steps: int, counts: Mapping[str, int], records: int) -> dict[str, list[str]]:
    """Arm -> what it changes."""
    quota = ", ".join(f"{name}: {count}" for name, count in counts.items())
    copied = [*COPIES, f"loop.quota={{{quota}}}"]
    passes = max(1, round(steps * 32 / records))
    return {
        "copies": copied,
        "epochs": [*copied, f"train.epochs={passes}"],
        "noise": ["augmenter=label-noise"],
    }


def score(folder: Path, seed: int, steps: int, changes: list[str]) -> tuple[float, dict]:
    """Test macro-F1 of one run, and its metrics."""
    sets = [f"tasks=[{TASK}]", f"train.steps={steps}", f"train.evaluate_every={steps // 4}", f"seed={seed}"]
    split = f"split={{use: stratified, seed: {seed}}}"
    run = vbg_framework.run("quickstart-image", runs=folder, sets=[*sets, split, *changes])
    metrics = run.read_json("metrics.json")
    return metrics["test"][TASK]["macro_f1"], metrics


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=10)
    parser.add_argument("--steps", type=int, default=160)
    given = parser.parse_args()
    table: dict[str, dict[str | int, float | None]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(1, given.replicates + 1):
            value, metrics = score(Path(temporary), seed, given.steps, [])
            sizes, counts = metrics["data"]["counts"], metrics["data"]["classes"][TASK]
            table.setdefault("none", {})[seed] = value
            for name, changes in arms(given.steps, counts, sizes["train"]).items():
                table.setdefault(name, {})[seed] = score(Path(temporary), seed, given.steps, changes)[0]
            print(seed, {name: round(values[seed] or 0, 3) for name, values in table.items()}, flush=True)
    design = Design("resplit", n_train=sizes["train"], n_test=sizes["test"])
    for found in compare(table, "none", design=design):
        low, high = found.interval or (float("nan"),) * 2
        points = f"{100 * (found.mean or 0):+5.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
        print(f"{found.arm:<7} {points}, {found.verdict}")


if __name__ == "__main__":
    main()
