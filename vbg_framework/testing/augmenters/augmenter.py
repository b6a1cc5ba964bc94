"""An augmenter under examination: what it is fitted on, and what it answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from vbg_framework.base.seeds import derive, isolated, seed_everything
from vbg_framework.config.experiment import TextConfig
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.record import Record
from vbg_framework.contracts.train_view import Request, TrainView
from vbg_framework.data.catalogue.text import TextPolicy
from vbg_framework.data.pictures.image import decode
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen
from vbg_framework.testing import collection
from vbg_framework.testing.augmenters.alarm import Alarm, WatchedRecords, WatchedScreen
from vbg_framework.testing.estimators.learnt import LearntSubject
from vbg_framework.testing.processes.network import refused

REQUESTS: tuple[Request, ...] = tuple({"form": name} for name in ("bowl", "vase", "tile", "vase") * 4)
ABSENT: Request = {"form": "mask"}
"""Asks for the class without training records."""
WANTED = (0, 2, 7, 9, 9)
"""New vectors of each form; of the fourth there is one vector, of the last none."""


class AugmenterSubject(LearntSubject):
    """An augmenter with a training split."""

    @cached_property
    def train(self) -> list[Record]:
        """The training records."""
        return collection.records(collection.COUNTS)

    @cached_property
    def untouched(self) -> list[Any]:
        """What the training records said before anything was done."""
        return [content(record) for record in collection.records(collection.COUNTS)]

    @cached_property
    def held_out(self) -> list[Record]:
        """The part that may decide when fitting stops."""
        return collection.records(collection.HELD_OUT, first=200)

    @cached_property
    def view(self) -> TrainView:
        """What it may see."""
        return collection.training_view(self.train, self.held_out)

    def fit(self, seed: int = 0) -> Augmenter:
        """A new instance, fitted in a folder of its own."""
        return self.fit_in(self.folder(), seed=seed)

    def fit_in(
        self, folder: Path, *, seed: int = 0, reads: Alarm | None = None, steps: Alarm | None = None
    ) -> Augmenter:
        """A new instance, fitted as the core does it.

        Args:
            reads: rings for every record that is read.
            steps: rings for every step that is shown.
        """
        train = WatchedRecords(self.train, reads) if reads else self.train
        screen = WatchedScreen(steps) if steps else Screen()
        with refused(self.contacts), isolated():
            augmenter: Augmenter = self.construct()
            seed_everything(derive(seed, "augmenter"))
            view = self._view_of(train)
            accelerator = new_accelerator("fp32", 0)
            augmenter.fit(view, accelerator=accelerator, seed=derive(seed, "augmenter"), folder=folder, screen=screen)
        return augmenter

    def _view_of(self, train: Sequence[Record]) -> TrainView:
        """The view of other records in their place; nothing is read to make it."""
        view = self.view
        return TrainView(
            train,
            tasks=list(view.tasks.values()),
            task=view.task.name,
            targets=view.targets,
            fingerprint=view.fingerprint,
            held_out=view.held_out,
        )

    @cached_property
    def fitted(self) -> Augmenter:
        """Fitted once, in `home`, with every record and step counted."""
        return self.fit_in(self.home, reads=self.alarms[0], steps=self.alarms[1])

    @cached_property
    def home(self) -> Path:
        """The folder of `fitted`."""
        return self.folder()

    @cached_property
    def alarms(self) -> tuple[Alarm, Alarm]:
        """Records read, and steps shown, for `fitted`."""
        return Alarm(), Alarm()

    @cached_property
    def generates(self) -> bool:
        """Whether it makes records."""
        return makes_records(self.kind)

    def ask(self, augmenter: Augmenter, requests: Sequence[Request] = REQUESTS, seed: int = 0) -> list[Record | None]:
        """What it answers."""
        with refused(self.contacts):
            return list(augmenter.generate(requests, self.view, seed=seed))

    def acts(self) -> dict[str, Callable[[], Any]]:
        """Making records or vectors, changing items."""
        if self.generates or adds_vectors(self.kind):
            return {"`generate` or `resample`": lambda: self.answers(self.fitted)}
        return {"the transform": lambda: transformed(self.fitted, self.view, batch(self.train))}

    @cached_property
    def samples(self) -> list[Record]:
        """The records it makes."""
        return [record for record in self.ask(self.fitted) if record is not None]

    def answers(self, instance: Augmenter) -> list[Any]:
        """The records or vectors it makes, or what its transform does, ready to be compared."""
        if self.generates:
            return [content(record) for record in self.ask(instance)]
        if adds_vectors(self.kind):
            x, result = instance.resample(vectors(), vector_targets(), task="form", wanted=WANTED, seed=0)
            return [x.tolist(), *(result[name].tolist() for name in sorted(result))]
        with isolated():
            seed_everything(0)
            return item_contents(transformed(instance, self.view, batch(self.train)))


def makes_records(kind: type[Any]) -> bool:
    """Whether an augmenter generates."""
    return getattr(kind, "generate", None) is not Augmenter.generate


def transforms_items(kind: type[Any]) -> bool:
    """Whether an augmenter changes the items of a batch."""
    return getattr(kind, "transform", None) is not Augmenter.transform


def adds_vectors(kind: type[Any]) -> bool:
    """Whether an augmenter resamples."""
    return getattr(kind, "resample", None) is not Augmenter.resample


def vectors() -> np.ndarray:
    """(24, 6) float32; the vectors of each form lie around a place of its own."""
    noise = np.random.default_rng(9).normal(size=(24, 6))
    return (noise + 30 * np.eye(6)[_forms()]).astype(np.float32)


def _forms() -> np.ndarray:
    return np.repeat(np.arange(-1, 4), (2, 10, 8, 3, 1))[::-1].copy()


def vector_targets() -> dict[str, np.ndarray]:
    """A form each, the last two without one, and any number of colours, every third without."""
    forms = _forms()
    colours = np.stack([forms == 0, forms > 0, np.arange(24) % 2 == 0, forms == 2], axis=1).astype(np.int64)
    colours[::3] = -1
    return {"form": forms, "colours": colours}


def pixels(image: Any) -> np.ndarray:
    """(H, W, 3) bytes of anything that stands for an image."""
    return np.asarray(image if isinstance(image, Image.Image) and image.mode == "RGB" else decode(image))


def content(record: Record | None) -> Any:
    """All that a record says, ready to be compared."""
    if record is None:
        return None
    sources = record.origin.sources if record.origin else ()
    return _plain(record.inputs), _plain(record.targets), tuple(sources)


def batch(records: Sequence[Record]) -> list[dict[str, Any]]:
    """Raw items of a training batch, as the core makes them: codes for classes, one string of text."""
    forms, read = collection.FORMS, TextPolicy(TextConfig(), fields=("title", "description"), tasks=())
    made = []
    for record in records[:8]:
        inputs = dict(record.inputs)
        if "text" in inputs:
            inputs["text"] = read(inputs["text"])
        made.append({"id": record.id, "inputs": inputs, "targets": {"form": forms.index(record.targets["form"])}})
    return made


def transformed(augmenter: Augmenter, view: TrainView, items: Sequence[Any]) -> Sequence[Any]:
    """The items after its transform; as they were if there is none with these options."""
    transform = augmenter.transform(view)
    return items if transform is None else transform(items)


def item_contents(items: Sequence[Any]) -> list[Any]:
    """Raw items ready to be compared."""
    return [_plain(dict(item)) for item in items]


def _plain(value: Any) -> Any:
    """Nested values with images as hashes."""
    if isinstance(value, dict):
        return {key: _hash(each) if key == "image" else _plain(each) for key, each in sorted(value.items())}
    return [_plain(each) for each in value] if isinstance(value, list | tuple | set | frozenset) else value


def _hash(image: Any) -> str:
    result = pixels(image)
    return hashlib.sha256(str(result.shape).encode() + result.tobytes()).hexdigest()
