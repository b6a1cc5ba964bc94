"""How many planted label errors `vbg doubt` puts first, on any run's data.

    uv run python benchmarks/doubt.py RUN [--task TASK] [--seeds 5] [--shares .05 .1 .2]

Of every seed, a share of the labels is exchanged for another class, drawn by how often each occurs. Prints which share
of the planted errors lies in the first 10 % of the list, which share of those flagged is planted, and how many errors
are expected, with the mean and the standard error over the seeds. Labels of the source itself may be wrong, too.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.plugins import load_plugins
from vbg_framework.runs.evidence.confident import errors_expected, ranked
from vbg_framework.runs.evidence.held_out import cross_fitted
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.screen import Screen

HEAD = ("planted", "in first 10 %", "flagged", "of which planted", "expected")


def planted(labels: np.ndarray, share: float, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Labels of which a share is exchanged for another class, and which are."""
    changed, wrong = labels.copy(), np.zeros(len(labels), bool)
    wrong[generator.choice(len(labels), round(share * len(labels)), replace=False)] = True
    for place in np.flatnonzero(wrong):
        others = labels[labels != labels[place]]
        changed[place] = generator.choice(others)
    return changed, wrong


def measured(x: np.ndarray, labels: np.ndarray, classes: int, clusters: list[str], share: float, seed: int) -> tuple:
    """The numbers of one seed, in the order of `HEAD`."""
    changed, wrong = planted(labels, share, np.random.default_rng(seed))
    p = cross_fitted(x, changed, classes, clusters, seed)
    order, flagged = ranked(p, changed, np.arange(len(changed)))
    first = wrong[order[: len(order) // 10]].sum() / wrong.sum()
    return int(wrong.sum()), first, int(flagged.sum()), wrong[flagged].mean(), errors_expected(p, changed)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--task")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.05, 0.1, 0.2])
    given = parser.parse_args()
    evidence = Evidence(FinishedRun(RunFolder(given.run), load_plugins()), Screen())
    task = next(each for each in evidence.items.tasks if each.name == given.task or given.task is None)
    targets = [evidence.items.target(task.name, place) for place in range(len(evidence.items))]
    known = np.flatnonzero([target is not None for target in targets])
    labels = np.array([targets[place] for place in known])
    x, clusters = evidence.embedding.joint()[known], [evidence.items.column("cluster")[place] for place in known]
    print(f"{task.name}: {len(known)} labels, {len(task.classes)} classes, {given.seeds} seeds")
    print("share", *HEAD, sep=" | ")
    for share in given.shares:
        rows = np.array([measured(x, labels, len(task.classes), clusters, share, s) for s in range(given.seeds)])
        errors = rows.std(0, ddof=1) / len(rows) ** 0.5 if len(rows) > 1 else rows.std(0)
        print(share, *(f"{m:.3g} +- {e:.2g}" for m, e in zip(rows.mean(0), errors, strict=True)), sep=" | ")


if __name__ == "__main__":
    main()
