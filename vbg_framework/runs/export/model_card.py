"""The model card: what a model answers, what it learnt from, how good it is, in the words of its run's own files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vbg_framework.base.yaml_file import dump_yaml
from vbg_framework.learning.evaluation.metrics import numbers
from vbg_framework.report.markdown import safe
from vbg_framework.report.page import number
from vbg_framework.report.view import sentence, titled
from vbg_framework.runs.export.finished import FinishedRun

FEW = 10
"""A class with fewer training records is named among the limits."""
READS = {"image": "its image", "text": "its catalogue text", "metadata": "its metadata"}

Use = Literal["predict", "onnx"]


def model_card(finished: FinishedRun, *, use: Use) -> str:
    """The card as Markdown. Text from data, such as names of classes, is escaped.

    Args:
        finished: the run.
        use: which way of using the model is shown: with `vbg predict`, or with an ONNX runtime.
    """
    metrics, experiment = finished.metrics, finished.resolved.experiment
    values = {
        "name": finished.name,
        "use": use,
        "reads": " and ".join(READS.get(modality, modality) for modality in experiment.modalities),
        "tasks": [_task(finished, name) for name in finished.model.tasks],
        "example": _example(finished),
        "metrics": metrics,
        "data": metrics["data"],
        "component": finished.resolved.parts["data"].component.name,
        "accepted": "all" if experiment.licences is None else ", ".join(experiment.licences),
        "licences": _licences(finished),
        "experiment": experiment,
        "fingerprint": finished.model.about["data_fingerprint"],
        "augmenter": (part := finished.resolved.parts.get("augmenter")) and part.component.name,
        "generated": metrics.get("generated"),
        "kept": _kept(finished),
        "limits": list(_limits(finished)),
        "environment": finished.environment,
        "packages": _joined(finished.environment["packages"].items()),
        "plugins": _plugins(finished),
        "config": finished.config,
    }
    return _render(values)


def fenced(text: str, language: str) -> Markup:
    """A block of code that nothing in the text can end."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    ticks = "`" * max(3, longest + 1)
    return Markup(f"{ticks}{language}\n{text.rstrip()}\n{ticks}")


def _render(values: Mapping[str, Any]) -> str:
    def shown(value: Any) -> str:
        return value if isinstance(value, Markup) else safe(value)

    loader = PackageLoader("vbg_framework", "runs/export")
    pages = Environment(loader=loader, finalize=shown, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.filters |= {"number": number, "fenced": fenced, "yaml": dump_yaml}
    return pages.get_template("model_card.md.jinja").render(values)


def _task(finished: FinishedRun, name: str) -> dict[str, Any]:
    task, result = finished.model.tasks[name], finished.metrics["test"][name]
    validation = finished.metrics["validation"][name]
    rows = [(*titled(key), value, validation.get(key)) for key, value in numbers(result).items() if value is not None]
    return {
        "task": task,
        "sentence": sentence(name, result),
        "rows": rows,
        "training": finished.metrics["data"]["classes"][name],
        "classes": result["per_class"],
        "n": result["n"],
        "confidence": finished.metrics.get("confidence", {}).get(name),
    }


def _example(finished: FinishedRun) -> Markup:
    record: dict[str, Any] = {}
    fields = finished.model.fields()
    for modality in finished.resolved.experiment.modalities:
        record[modality] = dict.fromkeys(fields[modality], "...") if modality in fields else "photo.jpg"
    shown = json.dumps(record, ensure_ascii=False)
    return fenced(
        "import vbg_framework\n\n"
        'model = vbg_framework.load("path/to/this/folder")\n'
        f"said = next(model.predict([{shown}]))\n"
        "print(said.classes, said.probabilities, said.sets)",
        "python",
    )


def _licences(finished: FinishedRun) -> str:
    """Empty if the data is not here."""
    counts = finished.prepared.info["licences"] if finished.prepared else {}
    return _joined((licence or "not stated", count) for licence, count in counts.items())


def _plugins(finished: FinishedRun) -> str:
    used = sorted({part.plugin.name for part in finished.resolved.parts.values()})
    return _joined((name, finished.environment["plugins"].get(name, "unknown")) for name in used)


def _joined(pairs: Iterable[tuple[str, Any]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in pairs)


def _kept(finished: FinishedRun) -> str:
    """Generated records per class that the last classifier learnt from."""
    used = (finished.metrics.get("generated") or {}).get("used_round")
    every = finished.resolved.experiment.loop.keep == "accumulate"
    kept: dict[str, int] = {}
    for report in finished.rounds:
        if report["round"] == used or (every and used and report["round"] < used):
            for name, count in report["kept"].items():
                kept[name] = kept.get(name, 0) + count
    return _joined((name, count) for name, count in kept.items() if count)


def _limits(finished: FinishedRun) -> Iterator[str]:
    if not all(task.multi_label for task in finished.model.tasks.values()):
        yield "It names one of its classes even for an object that belongs to none of them."
    yield "The numbers are those of one run with one seed, on records that come from the same source as its training."
    for name, counts in finished.metrics["data"]["classes"].items():
        if few := [label for label, count in counts.items() if count < FEW]:
            yield f"{name}: fewer than {FEW} real training records of {', '.join(few)}."
        tested = finished.metrics["test"][name]["per_class"]
        if unseen := [label for label, result in tested.items() if not result["support"]]:
            yield f"{name}: nothing was measured for {', '.join(unseen)}, of which the test split holds no record."
    if finished.metrics["data"]["split"] == "given":
        yield "The split is the source's own, and pictures that are nearly the same may lie on both sides of it."
