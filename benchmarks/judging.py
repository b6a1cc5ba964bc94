"""What tells the classes of pictures apart, for measuring generated ones. Not a command; the others import it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import binomtest

from vbg_framework.base.yaml_file import parse_yaml
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.generation.inner import divide_inner
from vbg_framework.generation.quality.features import Judge
from vbg_framework.screen import Screen

LESSONS = 600  # steps of the judge


def views(data: str, task: str) -> tuple[TrainView, TrainView]:
    """The training split with an inner part held out, and the test split; pictures only."""
    prepared = prepare_data(Registry.read().dataset(data, load_plugins(), []), Screen(), name=data)
    names = [task, *(known.name for known in prepared.tasks if known.name != task and not known.multi_label)]
    splits = prepared.split(SplitConfig(), names)
    learn, test = (
        Items(prepared, splits.rows[part], tasks=splits.tasks, modalities=["image"]) for part in ("train", "test")
    )
    inner = divide_inner(learn, task, share=0.15, seed=0, fingerprint=prepared.fingerprint)
    records = [test.record(place) for place in range(len(test))]
    return inner.view, TrainView(records, tasks=splits.tasks, task=task)


def accuracies(judge: Judge, probabilities: dict, targets: list) -> str:
    """Share of right answers per task, with an interval for the first."""
    found = []
    for task, classes in judge.classes.items():
        pairs = [
            (classes[code], t[task])
            for code, t in zip(probabilities[task].argmax(1), targets, strict=True)
            if task in t
        ]
        right = sum(answer == label for answer, label in pairs)
        low, high = binomtest(right, len(pairs)).proportion_ci(method="wilson")
        found.append(f"{task} {right / len(pairs):.2f}" + (f" ({low:.2f}-{high:.2f})" if not found else ""))
    return ", ".join(found)


def share(made: list, answers: list[str], task: str, name: str) -> float:
    """Recovery of one class."""
    return float(np.mean([answer == name for answer, r in zip(answers, made, strict=True) if r.targets[task] == name]))


def preset(name: str | None, given: Sequence[str]) -> dict:
    """Options of an entry of `augmenters`, with `key.key=value` put in."""
    options: dict = dict(Registry.read().entries["augmenters"][name]) if name else {}
    options.pop("type", None)
    for option in given:
        key, _, value = option.partition("=")
        inner = options
        *parents, last = key.split(".")
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[last] = parse_yaml(value, key)
    return options
