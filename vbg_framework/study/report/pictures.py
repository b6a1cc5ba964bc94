"""Pictures that the arms of a study generated, beside the real ones they are most like."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vbg_framework.report.samples import REVIEW, embedded, generated
from vbg_framework.study.comparison.results import Results
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Trial

SHOWN = 4  # generated pictures per class and arm
GALLERY = 720  # px of a gallery that a gate wrote


def pictures(folder: StudyFolder, results: Results) -> list[dict[str, Any]]:
    """Per augmenter: samples of one run, its closest pairs, and the galleries of its gates.

    It is the first run that experts reviewed, or the first that counts, or else the first that failed a gate: then
    they show why.
    """
    own = [arm.name for arm in results.plan.arms if arm.kind == "augmenter"]
    chosen = [trial for name in own if (trial := _chosen(folder, results, name))]
    found = [_arm(folder.run(trial).path, trial, trial in results.runs) for trial in chosen]
    return [each for each in found if each is not None]


def _chosen(folder: StudyFolder, results: Results, arm: str) -> Trial | None:
    def order(trial: Trial) -> tuple[bool, bool, int]:
        return not (folder.run(trial).path / REVIEW).exists(), trial not in results.runs, trial.replicate

    checked = [trial for trial in results.gates if trial.arm == arm]
    return min(checked, key=order, default=None)


def _arm(path: Path, trial: Trial, counts: bool) -> dict[str, Any] | None:
    made = generated(path)
    if not made or not made["count"]:
        return None
    groups = [{**group, "pictures": group["pictures"][:SHOWN]} for group in made["groups"]]
    return {
        "arm": trial.arm,
        "replicate": trial.replicate,
        "counts": counts,
        "count": made["count"],
        "groups": groups,
        "pictured": any(group["pictures"] for group in groups),
        "closest": made["closest"],
        "review": made["review"],
        "galleries": [
            {"name": gallery.stem, "image": image}
            for gallery in sorted((path / "gates").glob("*.png"))
            if (image := embedded(path / "gates", gallery.name, GALLERY))
        ],
    }
