"""What an augmenter promises that changes items on the way into a batch."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from vbg_framework.contracts.interfaces import Transform
from vbg_framework.testing.augmenters.augmenter import AugmenterSubject, batch, item_contents, transforms_items
from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.processes.randomness import watched

Items = Sequence[Mapping[str, Any]]


def _transform(subject: AugmenterSubject) -> Transform:
    made = subject.fitted.transform(subject.view)
    if made is None:
        raise NotApplicable("`transform` returns None with these options")
    return made


@promise(
    "augmenter",
    "A transform can be pickled, and works the same afterwards: other processes apply it.",
    cause="a lambda, a nested function, or a reference to the training records",
    fix="Return an instance of a class at the top of a module that keeps only what it needs.",
    applies=transforms_items,
)
def check_transform_is_picklable(subject: AugmenterSubject) -> None:
    """Pickle and unpickle it, and apply both under one torch seed."""
    transform, said = _transform(subject), []
    for each in (transform, pickle.loads(pickle.dumps(transform))):
        with watched(0):
            said.append(item_contents(each(batch(subject.train))))
    expect(said[0] == said[1], "the same items after pickling", "others")


@promise(
    "augmenter",
    "A transform returns as many items as it got, each with its inputs and targets.",
    cause="items that are dropped or doubled, or a modality that gets lost",
    fix='Return one mapping per item: `{**item, "inputs": {**item["inputs"], "image": changed}}`.',
    applies=transforms_items,
)
def check_transform_keeps_items(subject: AugmenterSubject) -> None:
    """Apply it to eight items, and to one."""
    transform = _transform(subject)
    for items in (batch(subject.train), batch(subject.train)[:1]):
        with watched(0):
            made = transform(items)
        expect(len(made) == len(items), f"{len(items)} items", len(made))
        for before, after in zip(items, made, strict=True):
            expect(set(before) <= set(after), f"the keys {', '.join(before)}", ", ".join(after))
            for key in ("inputs", "targets"):
                expect(set(after[key]) == set(before[key]), f"{key} {', '.join(before[key])}", ", ".join(after[key]))
            if second := after.get("second"):
                expect(set(second["targets"]) == set(before["targets"]), "second targets of the same tasks", second)
                expect(0 <= second["weight"] <= 1, "a weight of the second targets in 0..1", second["weight"])


@promise(
    "augmenter",
    "A transform draws from torch's global generator alone: the core seeds it for every batch.",
    cause="`random` or `np.random`, or a generator that it keeps",
    fix="Draw with `torch.rand` and the like.",
    applies=transforms_items,
)
def check_transform_follows_torch(subject: AugmenterSubject) -> None:
    """Apply it twice under one torch seed, with Python's and NumPy's generators in different states."""
    transform, said = _transform(subject), []
    for state in (1, 2):
        with watched(state):
            torch.default_generator.manual_seed(0)
            said.append(item_contents(transform(batch(subject.train))))
    expect(said[0] == said[1], "the same items under the same torch seed", "others")


@promise(
    "augmenter",
    "A transform leaves the items it gets as they are: the next pass gets them again.",
    cause='drawing on the image, or `item["inputs"][...] = ...`',
    fix="Work on copies: `image.copy()`, `{**item}`.",
    applies=transforms_items,
)
def check_transform_leaves_items_alone(subject: AugmenterSubject) -> None:
    """Compare images, texts and targets before and after."""
    items = batch(subject.train)
    before = item_contents(items)
    with watched(0):
        _transform(subject)(items)
    expect(item_contents(items) == before, "the items as they were", "changed ones")
