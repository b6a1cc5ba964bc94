"""What a run says of views of records, as `SavedModel.predict` says it of the records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from vbg_framework.contracts.record import Record
from vbg_framework.data.loading.items import Items
from vbg_framework.learning.inference import Answers


def by_record(items: Items, answers: Answers) -> tuple[Items, Answers]:
    """The first view of each record, and the mean of what was said of its views; views without their picture count
    only where all lack it.

    Args:
        items: n views.
        answers: what a model says of them, before calibration.
    """
    every, pictures = places_of_records(items), items.column("sha256")
    if len(every) == len(items):
        return items, answers
    groups = [[index for index in places if pictures[index]] or places for places in every]
    firsts = [places[0] for places in groups]
    mean = {
        task: np.stack([result[places].mean(0) for places in groups]) for task, result in answers.probabilities.items()
    }
    targets, learnable = (
        {task: result[firsts] for task, result in each.items()} for each in (answers.targets, answers.learnable)
    )
    return items.select(firsts), Answers(mean, targets, learnable)


def whole_records(items: Items) -> Iterator[Record]:
    """The records as their source gave them: one with several pictures has all of them."""
    names = items.records
    for places in places_of_records(items):
        views = [items.record(index) for index in places]
        pictures = [view.inputs["image"] for view in views if "image" in view.inputs]
        inputs = dict(views[0].inputs) | ({"image": pictures} if pictures[1:] else {})
        yield replace(views[0], id=names[places[0]], inputs=inputs)


def places_of_records(items: Items) -> list[list[int]]:
    """Where the views of each record stand, in the order of the first ones."""
    places: dict[str, list[int]] = {}
    for index, name in enumerate(items.records):
        places.setdefault(name, []).append(index)
    return list(places.values())
