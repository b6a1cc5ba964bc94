"""What the page shows, worked out from the files of a run."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from vbg_framework.base.errors import VBGError
from vbg_framework.config.slots import named
from vbg_framework.contracts.record import Task
from vbg_framework.learning.evaluation.metrics import mean_over_tasks, metric_class, numbers
from vbg_framework.report.confused import SHOWN, confused
from vbg_framework.report.inputs import Inputs
from vbg_framework.report.mistakes import answers
from vbg_framework.report.plots import Points, confusion, curves

HEADLINE = ("accuracy", "macro_f1", "map", "roc_auc")
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


def view(inputs: Inputs) -> dict[str, Any]:
    """Everything the page template needs."""
    test = inputs.metrics.get("test", {})
    validation = inputs.metrics.get("validation", {})
    return {
        "inputs": inputs,
        "finished": bool(inputs.metrics),
        "headline": [(*titled(name), mean_over_tasks(test, name)) for name in HEADLINE] if test else [],
        "sentences": [
            *inputs.metrics.get("evaluated", []),
            *(sentence(name, result) + _confidence(name, inputs) for name, result in test.items()),
        ],
        "summary": _summary(test, validation),
        "tasks": [_task(number, name, result, inputs) for number, (name, result) in enumerate(test.items(), 1)],
        "listed": SHOWN,
        "loss": _loss(inputs),
        "metric": _metric(inputs),
        "part": "out of fold" if inputs.experiment["train"].get("folds") else "validation",
        "chosen": bool(inputs.metrics.get("steps")),
        "selects": named(inputs.experiment["train"]["metric"]),
        "data": _data(inputs),
        "training": _training(inputs),
        "amounts": inputs.metrics.get("amounts"),
    }


def titled(metric: str) -> tuple[str, str]:
    """Title and meaning of a metric; of one that is not installed any more its name."""
    try:
        result = metric_class(metric)
    except VBGError:
        return metric, ""
    return result.title, result.meaning


def _confidence(task: str, inputs: Inputs) -> str:
    return _sets(task, inputs) + _by_chance(task, inputs) + _note(task, inputs)


def _sets(task: str, inputs: Inputs) -> str:
    """How the prediction sets of a task do; nothing where there are none."""
    result = inputs.metrics.get("confidence", {}).get(task, {})
    if result.get("coverage") is None:
        return ""
    asked = inputs.experiment["calibration"]["coverage"]
    return (
        f" Coverage of its prediction sets: {result['coverage']:.1%} (nominal {asked:.0%}); "
        f"mean set size {result['set_size']:.1f} classes."
    )


def _by_chance(task: str, inputs: Inputs) -> str:
    """The calibration error beside that of probabilities that come true; nothing for runs of earlier versions."""
    chance = inputs.metrics.get("confidence", {}).get(task, {}).get("ece_by_chance")
    error = inputs.metrics["test"][task].get("ece")
    if not chance or error is None:
        return ""
    return (
        f" Calibration error {error:.3f}; with perfectly calibrated probabilities, chance alone gives {chance[0]:.3f} "
        f"on so many records, and at most {chance[1]:.3f} in 95 % of cases."
    )


def _note(task: str, inputs: Inputs) -> str:
    """Why the probabilities of a task are not calibrated although that was asked for."""
    note = inputs.metrics.get("confidence", {}).get(task, {}).get("note")
    return f" {note[0].upper()}{note[1:]}." if note else ""


def sentence(task: str, results: Mapping[str, Any]) -> str:
    """The result of one task in plain words."""
    if not results["n"]:
        return f"{task}: no record of the test split carries this label, so nothing could be measured."
    many = _multi_label(results)
    what = "all labels right and none too many" if many else "the right class"
    classes = len(results["classes"])
    text = f"{task}: {what} for {results['accuracy']:.1%} of {results['n']:,} test records ({classes} classes)."
    if many:
        return text
    largest = max(value["support"] for value in results["per_class"].values()) / results["n"]
    return f"{text} Always naming the most common class would be right for {largest:.1%}."


def _multi_label(results: Mapping[str, Any]) -> bool:
    return "confusion" not in results


def _summary(test: Mapping[str, Any], validation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row per metric: its meaning, and per task the values on test and validation."""
    rows = []
    for name in dict.fromkeys(key for result in test.values() for key in numbers(result)):
        title, meaning = titled(name)
        pairs = [(result.get(name), validation.get(task, {}).get(name)) for task, result in test.items()]
        if any(value is not None for pair in pairs for value in pair):
            rows.append({"title": title, "meaning": meaning, "pairs": pairs})
    return rows


def _task(number: int, name: str, results: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    classes = [{"name": key, **value} for key, value in results["per_class"].items()]
    mistakes = [row | {"image": picture(row["image"])} for row in inputs.mistakes if row["task"] == name]
    return {
        "name": name,
        "found": results,
        **_confusion(number, name, results, inputs),
        "classes": sorted(classes, key=lambda row: -row["support"]),
        "most": max((row["support"] for row in classes), default=0),
        "mistakes": mistakes,
    }


def _confusion(number: int, name: str, results: Mapping[str, Any], inputs: Inputs) -> dict[str, Any]:
    """`confusion`: the matrix, whose cells link to the records of `confused`; nothing of a multi-label task."""
    if _multi_label(results):
        return {"confusion": None, "confused": []}
    matrix, classes, linked = results["confusion"], results["classes"], f"cell-{number}"
    wrong: Iterable[dict[str, Any]] = ()
    if inputs.predictions is not None:
        wrong = answers(inputs.predictions, Task(name, classes=tuple(classes)))
    images = {row["id"]: image for row in inputs.mistakes if (image := picture(row["image"]))}
    cells = confused(matrix, classes, [row | {"image": images.get(row["id"])} for row in wrong], linked)
    return {"confusion": confusion(matrix, classes, linked), "confused": cells}


def picture(content: bytes | None) -> str | None:
    """A thumbnail as a data URL; None if there is none or it is neither PNG nor JPEG."""
    if content is None:
        return None
    kinds = [kind for start, kind in PICTURES.items() if content.startswith(start)]
    return f"data:{kinds[0]};base64,{b64encode(content).decode()}" if kinds else None


def _loss(inputs: Inputs) -> str | None:
    lines = {kind: series(inputs.lines, kind, "loss") for kind in ("train", "validation")}
    return _curves({"training": lines["train"], "validation": lines["validation"]}, "loss", inputs)


def _metric(inputs: Inputs) -> str | None:
    metric = named(inputs.experiment["train"]["metric"])
    mean = series(inputs.lines, "validation", metric)
    tasks = {task for line in inputs.lines for task in line.get("tasks", {})}
    if len(tasks) < 2:
        more = {"accuracy": series(inputs.lines, "validation", "accuracy")} if metric != "accuracy" else {}
        return _curves({metric: mean, **more}, "validation", inputs)
    per_task = {task: series([_of_task(line, task) for line in inputs.lines], "validation", metric) for task in tasks}
    return _curves({"mean over tasks": mean, **dict(sorted(per_task.items()))}, f"validation {metric}", inputs)


def _of_task(line: Mapping[str, Any], task: str) -> dict[str, Any]:
    return {"kind": line.get("kind"), "step": line.get("step"), **line.get("tasks", {}).get(task, {})}


def _curves(lines: dict[str, Points], y: str, inputs: Inputs) -> str | None:
    lines = {name: points for name, points in lines.items() if len(points[0])}
    mark = inputs.metrics.get("best_step")
    if inputs.metrics.get("steps") == 0:  # a head that is fitted has no course
        return None
    return curves(lines, x="optimiser steps", y=y, mark=mark) if lines else None


def series(lines: list[dict[str, Any]], kind: str, key: str) -> Points:
    """The finite values of one kind of line in order of steps; after a resumption the later value counts."""
    results = {line["step"]: line.get(key) for line in lines if line.get("kind") == kind}
    kept = sorted((step, value) for step, value in results.items() if value is not None and math.isfinite(value))
    return [step for step, _ in kept], [value for _, value in kept]


def _data(inputs: Inputs) -> dict[str, Any]:
    data = inputs.metrics.get("data", {})
    counts = {f"{split} records": n for split, n in data.get("counts", {}).items()}
    rest = {key: value for key, value in data.items() if key != "counts"}
    fingerprint = {"fingerprint": inputs.environment.get("data_fingerprint")}
    return {key: value for key, value in (counts | rest | fingerprint).items() if value is not None}


def _training(inputs: Inputs) -> dict[str, Any]:
    metrics, (steps, speeds) = inputs.metrics, series(inputs.lines, "train", "items_per_second")
    return {
        "steps": metrics.get("steps", max((line.get("step", 0) for line in inputs.lines), default=0)),
        "steps of the probe": metrics.get("probe_steps") or None,
        "best step": metrics.get("best_step"),
        "training time": duration(metrics.get("training_seconds")),
        "evaluation time": duration(metrics.get("evaluation_seconds")),
        "records per second": round(sum(speeds) / len(steps)) if steps else None,
    }


def duration(seconds: float | None) -> str | None:
    """Seconds in the units a person would use."""
    if seconds is None:
        return None
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def size(mebibytes: float | None) -> str:
    """An amount of memory in the unit a person would use; a dash where it is not known."""
    if mebibytes is None:
        return "—"
    return f"{mebibytes:,.0f} MiB" if mebibytes < 1024 else f"{mebibytes / 1024:.1f} GiB"
