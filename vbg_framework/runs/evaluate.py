"""`vbg evaluate`: a trained model on a labelled table, measured and reported as a run is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.base.publication import written
from vbg_framework.base.run_folder import CONFIG, RunFolder
from vbg_framework.base.work_folder import filled_folder
from vbg_framework.config.experiment import TextConfig
from vbg_framework.config.part import Part
from vbg_framework.config.plugins import Plugins
from vbg_framework.contracts.record import Task, classes_of
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.known_labels import with_known_labels
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.data.preparation.columns import TARGET
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.learning.evaluation.confidence import measure
from vbg_framework.learning.evaluation.metrics import evaluate, open_metrics
from vbg_framework.learning.inference import Answers
from vbg_framework.learning.prediction.by_record import places_of_records, whole_records
from vbg_framework.learning.prediction.prediction import Prediction
from vbg_framework.learning.prediction.saved import SavedModel
from vbg_framework.runs.export.finished import FinishedRun
from vbg_framework.runs.predictions import records, write_mistakes, write_predictions
from vbg_framework.screen import Screen


def evaluate_table(
    run: RunFolder, plugins: Plugins, source: Path, out: Path | None, screen: Screen, accept_loss: bool = False
) -> RunFolder:
    """Answer every record of a labelled table and write metrics, predictions, mistakes and report into a folder.

    The table is read and prepared as the training data was. Records without a label, or with a class that the model
    does not know, do not count for that task; records of which it can read nothing are left out. Both are said.

    Args:
        run: a finished run.
        plugins: the installed plugins.
        source: the table or folder, of the kind the run learnt from.
        out: folder that appears in one step; None = a new one below `evaluations` of the run.
        screen: shows progress.
        accept_loss: go on although much of the table cannot be used.

    Raises:
        VBGError: the run is not finished, the source cannot be read, or it has no label of the model's tasks.
    """
    began, finished = time.monotonic(), FinishedRun(run, plugins, screen.say)
    model, name = finished.model, source.name
    prepared = prepare_data(_labelled(model.data, source), screen, name=name, accept_loss=accept_loss)
    prepared = with_known_labels(prepared, model.experiment.inputs.labels)
    items, said = _answered(model, prepared, screen)
    targets, unknown = _targets(model, prepared, items)
    if not any((each > -1).any() for each in targets.values()):
        what = f"has no label that the model knows for {' or '.join(model.tasks)}"
        raise VBGError(str(source), what, "Evaluate a table with labels, or use vbg predict.")
    answers = Answers({task: _probabilities(model, task, said) for task in model.tasks}, targets)
    notes = [*_left_out(prepared, items, unknown), *_learnt(finished, items)]
    for note in notes:
        screen.say(f"Note   {note}")
    title = f"The model of run {run.name}, asked about the {len(items):,} records of {name} that it can read."
    fill = partial(_write, finished, prepared, items, answers, [title, *notes], began)
    return RunFolder(filled_folder(run.path / "evaluations", fill) if out is None else _filled(out, fill))


def _filled(out: Path, fill: Callable[[Path], None]) -> Path:
    with written(out) as place:
        place.mkdir(parents=True)
        fill(place)
    return out


def _labelled(data: Part[Any], source: Path) -> Part[Any]:
    """The data set of a run with another source; its own split does not matter."""
    options = type(data.config).model_fields
    if "path" not in options:
        what = f"the run learnt from '{data.component.name}', which reads no file"
        raise VBGError("vbg evaluate", what, "Evaluate a run that learnt from a table or a folder.")
    if not source.exists():
        raise VBGError(str(source), "no such file or folder", "Check the path.")
    free: dict[str, object] = {name: None for name in ("split", "licence_column") if name in options}
    config = data.config.model_copy(update={**free, "path": str(source.absolute())})
    return Part(data.component, config, data.plugin, missing_image=data.missing_image)


def _answered(model: SavedModel, prepared: Prepared, screen: Screen) -> tuple[Items, list[Prediction]]:
    """The records that the model can read, in the order of their ids, and what it says about them."""
    fields = prepared.text_fields
    text = TextPolicy(TextConfig(), fields=fields, tasks=()) if fields else None
    read = [m for m in model.experiment.modalities if m in prepared.modalities]
    items = Items(prepared, tasks=(), modalities=read, text=text)
    firsts, said = [places[0] for places in places_of_records(items)], []
    with screen.progress("Evaluating", len(firsts)) as bar:
        for prediction in model.predict(whole_records(items), tell=screen.say):
            said.append(prediction)
            bar.advance(1)
    pairs = [(place, result) for place, result in zip(firsts, said, strict=True) if result.probabilities]
    return items.select([place for place, _ in pairs]), [result for _, result in pairs]


def _targets(model: SavedModel, prepared: Prepared, items: Items) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """Task -> targets as `evaluate` takes them, and `task: class` -> records whose class the model does not know."""
    known, unknown = {task.name for task in prepared.tasks}, dict[str, int]()
    results = {}
    for name, task in model.tasks.items():
        labels = items.column(TARGET + name) if name in known else [None] * len(items)
        for label in (each for given in labels for each in classes_of(given) if each not in task.classes):
            unknown[f"{name}: {label}"] = unknown.get(f"{name}: {label}", 0) + 1
        results[name] = np.array([_target(task, label) for label in labels])
    return results, unknown


def _target(task: Task, label: Any) -> int | list[int]:
    names = classes_of(label)
    missing = label is None or not set(names) <= set(task.classes)
    if not task.multi_label:
        return -1 if missing else task.classes.index(label)
    return [-1 if missing else int(name in names) for name in task.classes]


def _probabilities(model: SavedModel, task: str, said: Sequence[Prediction]) -> np.ndarray:
    classes = model.tasks[task].classes
    return np.array([[each.probabilities[task][name] for name in classes] for each in said], dtype=np.float32)


def _left_out(prepared: Prepared, items: Items, unknown: dict[str, int]) -> Iterator[str]:
    if unread := len(set(Items(prepared, tasks=(), modalities=()).records)) - len(items):
        yield f"{unread:,} records hold nothing that the model reads and are left out."
    if unknown:
        named = ", ".join(f"'{name}' {count:,}" for name, count in sorted(unknown.items()))
        yield f"Classes the model does not know do not count: {named} records."


def _learnt(finished: FinishedRun, items: Items) -> Iterator[str]:
    """Whether records have the ids of those the model learnt from."""
    if finished.prepared is None:
        yield "The training data is not on this machine, so nobody can tell whether the model has seen these records."
        return
    _, parts = open_items(finished.resolved.experiment, finished.prepared)
    if seen := len(set(parts["train"].ids) & set(items.ids)):
        of = len(items)
        yield f"{seen:,} of {of:,} records have the id of a training record: if they are the same, the numbers flatter."


def _write(
    finished: FinishedRun, prepared: Prepared, items: Items, answers: Answers, told: list[str], began: float, out: Path
) -> None:
    from vbg_framework.report.page import write_report  # matplotlib takes a second to import

    model, run, folder = finished.model, finished.run, RunFolder(out)
    folder.write_text(CONFIG, (run.path / CONFIG).read_text(encoding="utf-8"))
    folder.write_json("environment.json", finished.environment | {"data_fingerprint": prepared.fingerprint})
    file = folder.path / "predictions.parquet"
    predictions = write_predictions(file, answers, model.tasks, records(items), model.confidence)
    write_mistakes(folder.path, predictions, model.tasks, items)
    kept = {key: finished.metrics[key] for key in ("training_seconds", "steps", "best_step")}
    kept["evaluation_seconds"] = round(time.monotonic() - began, 3)
    data = {"counts": {"test": len(items)}, "quarantined": prepared.info["quarantined"], "run": run.name}
    scores = {"test": evaluate(model.tasks, answers.probabilities, answers.targets, open_metrics(finished.resolved))}
    sure = measure(model.confidence, model.tasks, answers.probabilities, answers.targets)
    folder.write_json("metrics.json", {**scores, **kept, "confidence": sure, "data": data, "evaluated": told})
    write_report(folder.path)
