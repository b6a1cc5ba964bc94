"""Pictures that the arms of a study generated, beside the real ones they are most like."""

from __future__ import annotations

from typing import Any

from vbg_framework.report.samples import embedded, generated
from vbg_framework.study.plan import Trial
from vbg_framework.study.results import Finished, Results

SHOWN = 4  # generated pictures per class and arm
GALLERY = 720  # px of a gallery that a gate wrote


def pictures(results: Results) -> list[dict[str, Any]]:
    """Per augmenter: samples of its first run that counts, its closest pairs, and the galleries of its gates."""
    own = [arm.name for arm in results.plan.arms if arm.kind == "augmenter"]
    found = [_arm(results, name) for name in own]
    return [each for each in found if each is not None]


def _arm(results: Results, arm: str) -> dict[str, Any] | None:
    first = _first(results, arm)
    made = first and generated(first[1].path)
    if not first or not made or not made["count"]:
        return None
    trial, run = first
    groups = [{**group, "pictures": group["pictures"][:SHOWN]} for group in made["groups"]]
    return {
        "arm": arm,
        "replicate": trial.replicate,
        "count": made["count"],
        "groups": groups,
        "pictured": any(group["pictures"] for group in groups),
        "closest": made["closest"],
        "galleries": [
            {"name": path.stem, "image": image}
            for path in sorted((run.path / "gates").glob("*.png"))
            if (image := embedded(run.path / "gates", path.name, GALLERY))
        ],
    }


def _first(results: Results, arm: str) -> tuple[Trial, Finished] | None:
    found = [(trial, run) for trial, run in results.runs.items() if trial.arm == arm]
    return min(found, key=lambda pair: pair[0].replicate, default=None)
