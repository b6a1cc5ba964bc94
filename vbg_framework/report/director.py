"""`director-LANGUAGE.html`: what a run can do and what it costs, on one sheet of paper, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.contracts.modality import modality_of
from vbg_framework.contracts.record import Task
from vbg_framework.data.card.sheet import tile
from vbg_framework.data.preparation.cache import prepared_before
from vbg_framework.data.preparation.columns import VIEW_OF
from vbg_framework.report.inputs import Inputs, read_inputs
from vbg_framework.report.mistakes import surest
from vbg_framework.report.page import render
from vbg_framework.report.view import picture
from vbg_framework.report.wording import ENGLISH, Wording
from vbg_framework.statistics.interval import wilson_interval

SHOWN, SIDE = 3, 220  # answers of each kind, px of a picture
FEWEST = 5  # test records of a class that can be called hard
LEAST_SURE = 0.2  # share of the answers that is compared with the others
LONGEST = 40  # letters of a class or task, so that the page stays one page


class Tested(NamedTuple):
    """The answers to test records with a label.

    Args:
        sure: (n,) probability of the answer.
        right: (n,) whether it is the label.
        objects: how many objects the records show.
    """

    sure: np.ndarray
    right: np.ndarray
    objects: int


def write_director(folder: Path, language: str = ENGLISH) -> Path:
    """Write the page of a finished run into its folder and return the path. Its first task with one label is told.

    Everything that comes from data is escaped, and the page forbids scripts.

    Raises:
        VBGError: the run is not finished, has no such task, or nobody has written messages in the language.
    """
    wording, run, inputs = Wording(language), RunFolder(folder), read_inputs(folder)
    if not inputs.metrics:
        raise VBGError(run.name, "is not finished, and has no results yet", f"Finish it: vbg run {run.name} --resume")
    name, found = _task(inputs)
    predictions = inputs.predictions
    if predictions is None:
        raise VBGError(run.name, "its predictions are gone", "Restore predictions.parquet, or run again.")
    values = _told(wording, inputs, name, found, _tested(predictions, name))
    values |= _examples(inputs, predictions, Task(name, classes=tuple(found["classes"])))
    page = f"director-{wording.language}.html"
    run.write_text(page, render("director.html.jinja", {"say": wording.say, "wording": wording, **values}))
    return folder / page


def _task(inputs: Inputs) -> tuple[str, Mapping[str, Any]]:
    for name, found in inputs.metrics["test"].items():
        if found["n"] and "confusion" in found:
            return name, found
    raise VBGError(inputs.run, "has no tested task with one label per record", "Take another run.")


def _tested(predictions: pa.Table, task: str) -> Tested:
    table = predictions.filter(predictions[task].is_valid())
    p = np.stack(table[f"{task}_probabilities"].to_numpy())
    right = pc.equal(table[task], table[f"{task}_predicted"]).to_numpy()
    return Tested(p.max(1), right, len(pc.unique(pc.coalesce(table["group"], table["id"]))))


def _told(wording: Wording, inputs: Inputs, task: str, found: Mapping[str, Any], tested: Tested) -> dict[str, Any]:
    """The sentences of the page."""
    low, high = wilson_interval(tested.right.mean(), tested.objects)
    common = max(value["support"] for value in found["per_class"].values()) / found["n"]
    read = dict.fromkeys(modality_of(key) for key, each in inputs.experiment["encoders"].items() if each)
    return {
        "run": inputs.run, "title": wording.say("title", name=_short(inputs.name)),
        "does": wording.say("does", reads=wording.several([*map(wording.word, read)]), task=_short(task),
                            classes=len(found["classes"]), train=_learnt_from(inputs)),
        "well": wording.say("well", n=found["n"], right=_hundred(found["accuracy"]), low=_hundred(low),
                            high=_hundred(high), common=_hundred(common)),
        "check": [_check(wording, tested), *_weakest(wording, found["per_class"])],
        "cost": _cost(wording, inputs.metrics),
    }  # fmt: skip


def _learnt_from(inputs: Inputs) -> int:
    """Records; with folds a head is fitted on those of validation as well."""
    counts, folds = inputs.metrics["data"]["counts"], inputs.experiment["train"].get("folds")
    return int(counts["train"] + (counts["validation"] if folds else 0))


def _check(wording: Wording, tested: Tested) -> str:
    """What the least sure answers are worth, and the others."""
    limit = np.ceil(100 * np.quantile(tested.sure, LEAST_SURE)) / 100
    doubtful = tested.sure <= limit
    below, above = (tested.right[chosen].mean() if chosen.any() else np.nan for chosen in (doubtful, ~doubtful))
    if not below < above:
        return wording.say("check_all")
    shares = {"share": doubtful.mean(), "below": below, "above": above, "limit": limit}
    return wording.say("check", **{name: _hundred(value) for name, value in shares.items()})


def _weakest(wording: Wording, classes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    known = sorted((each["recall"], name) for name, each in classes.items() if each["support"] >= FEWEST)
    names = [f"{_short(name)} ({_hundred(recall)} %)" for recall, name in known[:2] if recall < 1]
    return [wording.say("weakest", names=wording.several(names))] if names else []


def _cost(wording: Wording, metrics: Mapping[str, Any]) -> list[str]:
    made = metrics.get("generated", {})
    parts = [metrics["training_seconds"], *(made.get(f"{what}_seconds") for what in ("fit", "generate"))]
    hours, minutes = divmod(round(sum(filter(None, parts)) / 60), 60)
    kind = "hours" if hours else "minutes" if minutes else "brief"
    told = [wording.say("cost", time=wording.say(kind, hours=hours, minutes=minutes))]
    return told + [wording.say("made", made=count) for count in [made.get("records")] if count]


def _examples(inputs: Inputs, predictions: pa.Table, task: Task) -> dict[str, list[dict[str, Any]]]:
    """The surest answers with their pictures; right ones of different classes first."""
    rows = [*surest(predictions, task, right=True)]
    first = [row for n, row in enumerate(rows) if row["true"] not in {other["true"] for other in rows[:n]}]
    chosen = [*first, *(row for row in rows if row not in first)][:SHOWN]
    kept = _pictures(inputs, [row["id"] for row in chosen])
    mistakes = [row for row in inputs.mistakes if row["task"] == task.name][:SHOWN]
    return {
        "right": [_shown(row, kept.get(row["id"])) for row in chosen],
        "wrong": [_shown(row, row["image"]) for row in mistakes],
    }


def _shown(row: Mapping[str, Any], image: bytes | None) -> dict[str, Any]:
    said = {name: _short(row[name]) for name in ("id", "true", "predicted")}
    return {**said, "sure": _hundred(row["confidence"]), "image": picture(image)}


def _pictures(inputs: Inputs, ids: Sequence[str]) -> dict[str, bytes]:
    """Id -> picture; none where the data is not on this machine any more."""
    prepared = prepared_before(inputs.environment.get("data_fingerprint", ""))
    if prepared is None or "image" not in prepared.table.column_names:
        return {}
    table = prepared.table.data
    names = table["id"] if VIEW_OF not in table.column_names else pc.coalesce(table[VIEW_OF], table["id"])
    rows = np.flatnonzero(pc.is_in(names, pa.array(ids, pa.string())).to_numpy())
    stored = ((names[int(row)].as_py(), table["image"][int(row)].as_py()) for row in rows[::-1])  # first views last
    return {name: tile(image["bytes"], SIDE) for name, image in stored if image}


def _hundred(share: float) -> str:
    return f"{100 * share:.0f}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
