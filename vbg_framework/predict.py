"""`vbg predict`: a table or a folder of images in, a table of classes and probabilities out, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from vbg_framework.data.formats import SUFFIXES
from vbg_framework.data.image import ImageError, decode
from vbg_framework.data.table import Table
from vbg_framework.data.writer import table_writer
from vbg_framework.errors import VBGError, did_you_mean
from vbg_framework.plugins import Plugins
from vbg_framework.record import Record, Rejected
from vbg_framework.run_folder import RunFolder
from vbg_framework.saved import Prediction, SavedModel, load
from vbg_framework.screen import Screen

BATCH = 32


@dataclass(frozen=True)
class Asked:
    """One row of the input: a record, and what was wrong with it in words."""

    record: Record
    problem: str = ""


def predict(
    run: RunFolder, plugins: Plugins, source: Path, out: Path, columns: Mapping[str, str], screen: Screen
) -> None:
    """Predict every row of `source` and write `out` in one step.

    Each row of the output has the id, per task the class, its confidence, the classes that may be right and the
    probability of every class, and under `problem` why an input was left out; a row without any usable input gets no
    prediction.

    Args:
        source: a CSV, JSON Lines or Parquet table, or a folder of images.
        out: the table to write; its suffix gives the format.
        columns: `id`, `image` or a text or metadata field -> the column where it stands.

    Raises:
        VBGError: the source cannot be read, or a column is not there.
    """
    model = load(run, plugins)
    asked = _images(source) if source.is_dir() else _rows(source, model, columns)
    counts = {"rows": 0, "problems": 0}
    with table_writer(out, _columns(model)) as write, screen.progress("Predicting", None) as bar:
        while batch := list(islice(asked, BATCH)):
            write(list(_answers(model, batch)))
            counts["rows"] += len(batch)
            counts["problems"] += sum(bool(one.problem) for one in batch)
            bar.advance(len(batch))
        if not counts["rows"]:
            raise VBGError(str(source), "holds nothing to predict", "Give a table with rows or a folder with images.")
    screen.say(f"Wrote  {out}: {counts['rows']} rows, {counts['problems']} with a problem.")


def _answers(model: SavedModel, batch: list[Asked]) -> Iterator[dict[str, Any]]:
    usable = [one.record for one in batch if one.record.inputs]
    found = {id(record): said for record, said in zip(usable, model.predict(usable, BATCH), strict=True)}
    for one in batch:
        yield {"id": one.record.id, **_cells(model, found.get(id(one.record))), "problem": one.problem}


def _cells(model: SavedModel, said: Prediction | None) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for name, task in model.tasks.items():
        probabilities = said.probabilities[name] if said else {}
        chosen = said.classes[name] if said else None
        cells[name] = "|".join(chosen) if isinstance(chosen, tuple) else chosen
        cells[f"{name}_confidence"] = max(probabilities.values(), default=None)
        if model.confidence[name].least is not None:
            cells[f"{name}_set"] = "|".join(said.sets[name]) if said else None
        cells |= {f"{name}: {label}": probabilities.get(label) for label in task.classes}
    return cells


def _columns(model: SavedModel) -> dict[str, type]:
    columns: dict[str, type] = {"id": str}
    for name, task in model.tasks.items():
        columns |= {name: str, f"{name}_confidence": float}
        columns |= {f"{name}_set": str} if model.confidence[name].least is not None else {}
        columns |= {f"{name}: {label}": float for label in task.classes}
    return columns | {"problem": str}


def _images(folder: Path) -> Iterator[Asked]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES:
            yield _checked(str(path.relative_to(folder)), {"image": path}, folder)


def _rows(source: Path, model: SavedModel, columns: Mapping[str, str]) -> Iterator[Asked]:
    if not source.is_file():
        raise VBGError(str(source), "no such file or folder", "Check the path.")
    table = Table(source)
    known = table.columns()
    places = _places(model, columns, known, source)
    for row in table.rows(list(places.values())):
        if isinstance(row, Rejected):
            yield Asked(Record(row.source, {}), row.reason)
        else:
            place, cells = row
            yield _row(place, {field: cells[column] for field, column in places.items()}, model, source)


def _row(place: str, given: Mapping[str, Any], model: SavedModel, source: Path) -> Asked:
    given = {field: value for field, value in given.items() if value is not None and str(value).strip()}
    inputs: dict[str, Any] = {}
    if "image" in given:
        inputs["image"] = source.parent / str(given["image"])
    for modality, fields in model.fields().items():
        values = {field: given[field] for field in fields if field in given}
        if values:
            inputs[modality] = {f: str(v) for f, v in values.items()} if modality == "text" else values
    return _checked(str(given.get("id", place)), inputs, source.parent)


def _checked(identifier: str, inputs: dict[str, Any], folder: Path) -> Asked:
    """Decode the image here, so that a bad one costs its own row nothing but the image."""
    problem = ""
    if "image" in inputs:
        try:
            path = inputs.pop("image")
            if not path.resolve().is_relative_to(folder.resolve()):
                raise ImageError(f"image path leaves its folder, got {path.name!r}")
            inputs["image"] = decode(path)
        except (ImageError, OSError, ValueError) as error:
            problem = str(error)
    if not inputs and not problem:
        problem = "neither image nor text nor metadata"
    return Asked(Record(identifier, inputs), problem)


def _places(model: SavedModel, columns: Mapping[str, str], known: list[str], source: Path) -> dict[str, str]:
    """Field -> column: as asked, else as in the training data's own options, else a column of the same name."""
    fields = ["id", "image", *(field for found in model.fields().values() for field in found)]
    for field, column in columns.items():
        if field not in fields:
            raise VBGError("--column", f"unknown field '{field}'", did_you_mean(field, fields))
        if column not in known:
            raise VBGError(str(source), f"no column '{column}'", did_you_mean(column, known))
    guess = _trained_columns(model.experiment.data)
    places = {field: columns.get(field) or guess.get(field, field) for field in fields}
    found = {field: column for field, column in places.items() if column in known}
    if not found.keys() - {"id"}:
        raise VBGError(
            str(source), f"no column for any of {', '.join(fields[1:])}", "Name them: --column FIELD=COLUMN."
        )
    return found


def _trained_columns(options: Mapping[str, Any]) -> dict[str, str]:
    single = {key: options[key] for key in ("id", "image") if isinstance(options.get(key), str)}
    text = options["text"] if isinstance(options.get("text"), dict) else {}
    return single | {field: column for field, column in text.items() if isinstance(column, str)}
