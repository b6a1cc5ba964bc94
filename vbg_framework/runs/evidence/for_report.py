"""The evidence that the report of a run shows: asked of its model once, kept in its folder."""

from __future__ import annotations

import time

from vbg_framework.base.errors import VBGError
from vbg_framework.data.readers.own_table import own_table
from vbg_framework.report.evidence import FILE, Kept, OfTask, Share, key
from vbg_framework.runs.evidence.contributions import contributions
from vbg_framework.runs.evidence.examples import FULL, chosen, examples
from vbg_framework.runs.evidence.faithful import PARTS, known, sentence
from vbg_framework.runs.evidence.hearing import Hearing, hear
from vbg_framework.runs.evidence.material import Evidence
from vbg_framework.runs.evidence.projection import PCA
from vbg_framework.runs.evidence.spaces import Drawn, drawn, spaces
from vbg_framework.screen import Screen


def write_evidence(evidence: Evidence, screen: Screen, layout: str = PCA) -> None:
    """Make the evidence and keep it with the run, in one step at the end; `write_report` shows it.

    The same run gives the same evidence, but for the seconds it took.

    Args:
        evidence: the records of the run.
        screen: shows progress.
        layout: of the feature map, one of `projection.LAYOUTS`.

    Raises:
        VBGError: its predictions are gone.
    """
    run, began = evidence.finished.run, time.monotonic()
    if not (run.path / "predictions.parquet").exists():
        raise VBGError(run.name, "its predictions are gone", "Restore predictions.parquet, or run again.")
    some = drawn(evidence)
    heard = hear(evidence.finished.model, [each.point["id"] for each in some], [each.inputs for each in some], screen)
    tasks, explained = _tasks(evidence, some, heard, screen)
    left = [task.name for task in evidence.finished.model.tasks.values() if task.multi_label]
    made = Kept(key=key(run.path), seconds=0, explained=explained, full=FULL, tasks=tasks, left=left,
                map=spaces(some, heard.embedding, layout))  # fmt: skip
    run.write_json(FILE, {**made, "seconds": round(time.monotonic() - began, 1)})


def _tasks(evidence: Evidence, some: list[Drawn], heard: Hearing, screen: Screen) -> tuple[list[OfTask], int]:
    """What is said of each task with one label per record, and how many records were explained."""
    run = evidence.finished.run
    tasks = [task for task in evidence.finished.model.tasks.values() if not task.multi_label]
    predictions, measured = own_table(run.path / "predictions.parquet"), known(run)
    shown = examples(evidence, chosen(predictions, tasks), screen)
    return [
        OfTask(
            name=task.name,
            classes=len(set(predictions[task.name].drop_null().to_pylist())),
            examples=[example for name, example in shown if name == task.name],
            shares=_shares(some, heard, task.name, evidence),
            faithful={part: sentence(part, measured.get(task.name, {}).get(part), run.name) for part in PARTS},
        )
        for task in tasks
    ], len(shown)


def _shares(some: list[Drawn], heard: Hearing, task: str, evidence: Evidence) -> list[Share]:
    """Of the records of the test part."""
    tested = [number for number, each in enumerate(some) if each.point["part"] == "test"]
    answers = {team: each[task][tested] for team, each in heard.answers.items()}
    return contributions(answers, [some[number].inputs for number in tested], evidence.finished.model.tasks[task])
