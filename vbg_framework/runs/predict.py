"""`vbg predict`: a table, a folder or any other source in, a table of classes and probabilities out."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from vbg_framework.base.digest import digest
from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.blame import plugin_errors
from vbg_framework.config.plugins import Plugins
from vbg_framework.contracts.record import Dataset, Record, Rejected, Skipped
from vbg_framework.data.preparation.weight import HELD, by_weight, weight
from vbg_framework.data.readers.table import Table
from vbg_framework.data.writers.own_rows import OwnRows
from vbg_framework.data.writers.sheet_writer import PICTURE
from vbg_framework.data.writers.writer import table_writer
from vbg_framework.learning.prediction.answer_cells import answer_cells, answer_columns
from vbg_framework.learning.prediction.drift import Drift, given
from vbg_framework.learning.prediction.joined import View
from vbg_framework.learning.prediction.kept_answers import KeptAnswers, model_facts
from vbg_framework.learning.prediction.prediction import Prediction
from vbg_framework.learning.prediction.saved import SavedModel, Seen, Spread, load
from vbg_framework.learning.prediction.source import open_source
from vbg_framework.screen import Screen

BATCH = 32
Ahead = Callable[[KeptAnswers, Iterable[Seen]], None]


def predict(
    run: RunFolder,
    plugins: Plugins,
    source: Path,
    out: Path,
    columns: Mapping[str, str],
    screen: Screen,
    probabilities: bool = False,
    spread: Spread | None = None,
    ahead: Ahead | None = None,
) -> None:
    """Predict every record of `source` and write `out` in one step.

    The source is read by the data set component the model was trained with, so the same table gives the same inputs.
    A row with several pictures is answered once, by the mean of its views. Each row of the output has the id, the
    columns of a table that was read, per task the class, its confidence and the classes that may be right, and under
    `problem` what could not be read; a record of which the model can read nothing gets no class. Rows keep their
    order.

    Args:
        source: whatever the run's data set reads, a CSV, JSON Lines or Parquet table, or a folder of images.
        out: the table to write; its suffix gives the format.
        columns: `id`, `image` or a text or metadata field -> the column where it stands.
        probabilities: also write the probability of every class.
        spread: answers batches elsewhere, see `SavedModel`.
        ahead: answers batches before the table is begun, such as `RayAnswers`.

    Raises:
        VBGError: the source cannot be read, or a column is not there.
    """
    model = load(run, plugins, screen.say)
    drift = Drift(run.path / "model")
    model.watch, model.look = partial(_watched, model, drift), drift.look
    facts = digest(model_facts(model, run.path / "model"))
    kept = model.spread = KeptAnswers(out, facts, spread or partial(map, model.answered))
    if kept.found:
        screen.say(f"Goes on with what an interrupted prediction answered: {kept.path}, {kept.found:,} batches.")
    with plugin_errors(model.parts):
        if ahead:
            records = open_source(model, source, columns).records()
            ahead(kept, model.batches(_kept(records, Counter()), BATCH))
        _predict(model, source, out, columns, screen, probabilities)
        _compared(drift, screen)
    kept.remove()


def _predict(
    model: SavedModel, source: Path, out: Path, columns: Mapping[str, str], screen: Screen, probabilities: bool
) -> None:
    dataset = open_source(model, source, columns)
    skipped: Counter[str] = Counter()
    counts = {"rows": 0, "problems": 0, "without": 0}
    said_columns = answer_columns(model, probabilities)
    table = _table(dataset, source)
    identity = columns.get("id") or getattr(dataset, "column", str)("id")
    own, read = OwnRows(table, [*said_columns], identity), deque[Record | Rejected]()
    named = {"id": str} | dict.fromkeys(own.columns, str) | said_columns
    dialect = table.dialect() if table else (",", False)
    with table_writer(out, named, dialect) as write, screen.progress("Predicting", None) as bar:
        answers = model.predict(_noted(_kept(dataset.records(), skipped), read), BATCH, screen.say)
        answered = ((said, read.popleft()) for said in answers)
        for batch in by_weight(answered, BATCH, HELD, lambda pair: weight(pair[1])):
            write([_row(model, said, record, own) for said, record in batch])
            counts["rows"] += len(batch)
            counts["problems"] += sum(bool(said.problem) for said, _ in batch)
            counts["without"] += sum(not said.classes for said, _ in batch)
            bar.advance(len(batch))
        if not counts["rows"]:
            raise VBGError(str(source), "holds nothing to predict", "Give a table with rows or a folder with images.")
    for remark in dataset.remarks():
        screen.say(remark)
    for reason, count in skipped.most_common():
        screen.say(f"Not read: {count:,} x {reason}.")
    without = f" ({counts['without']} without a class)" if counts["without"] else ""
    screen.say(f"Wrote  {out}: {counts['rows']} rows, {counts['problems']} with a problem{without}.")


def _watched(model: SavedModel, drift: Drift, view: View) -> None:
    """Show the drift note what the model read and which classes it gave."""
    classes = {name: given(model.tasks[name], result[None])[0] for name, result in (view.said or {}).items()}
    drift.add(view.id, view.traits, classes)


def _compared(drift: Drift, screen: Screen) -> None:
    """Say what the records are unlike in."""
    for note in drift.notes():
        screen.say(f"Note   These records are not like those the model was tested on: {note}")


def _kept(items: Iterable[Record | Rejected | Skipped], skipped: Counter[str]) -> Iterator[Record | Rejected]:
    """All but the skipped ones, which are counted."""
    for item in items:
        if isinstance(item, Skipped):
            skipped[item.reason] += 1
        else:
            yield item


def _noted(records: Iterable[Record | Rejected], read: deque[Record | Rejected]) -> Iterator[Record | Rejected]:
    """The records, each of them put into `read` before it is given away."""
    for record in records:
        read.append(record)
        yield record


def _table(dataset: Dataset, source: Path) -> Table | None:
    """The table that a data set reads; None if it reads something else."""
    known = getattr(dataset, "table", None)
    return known if isinstance(known, Table) and known.path.absolute() == source.absolute() else None


def _row(model: SavedModel, said: Prediction, record: Record | Rejected, own: OwnRows) -> dict[str, Any]:
    picture = record.inputs.get("image") if isinstance(record, Record) else None
    picture = picture[0] if isinstance(picture, list | tuple) and picture else picture
    shown = {PICTURE: None if isinstance(picture, Exception) else picture}
    return shown | own.cells(record.source) | answer_cells(model, said)
