"""The augmenter component `gan`: image-text pairs of a class, both made for one draw of its attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from accelerate import Accelerator
from PIL import Image

from vbg_framework import Augmenter, Lesson, Origin, Record, Request, TrainView, VBGError
from vbg_framework.paths import locate
from vbg_framework.screen import Screen
from vbg_framework.toolkit import derive
from vbg_gan import GanConfig
from vbg_gan.pictures import PictureGenerator
from vbg_gan.table import AttributeTable
from vbg_gan.text import TextGenerator

Facts = tuple[str, dict[str, str]]  # a class, and attribute -> value

CHUNK = 64  # records made at a time
TRIES = 100  # draws until the attributes agree with a request that names some
TABLE, ABOUT = "table.yaml", "gan.json"


class Gan(Augmenter):
    """The paper's generators: a conditional GAN for pictures and a language model for texts.

    Class and attributes of a pair are drawn from what was seen together in training, and both halves get the same draw.
    """

    config: GanConfig

    def __init__(self, config: GanConfig) -> None:
        super().__init__(config)
        self.table: AttributeTable | None = None
        self.pictures: PictureGenerator | None = None
        self.texts: TextGenerator | None = None
        self.tasks: tuple[str, ...] = ()
        self.numbers: tuple[str, ...] = ()

    def fit(self, train: TrainView, *, accelerator: Accelerator, seed: int, folder: Path, screen: Screen) -> None:
        """Learn the table, then the pictures, then the texts; halves for which there is nothing to learn stay out.

        Raises:
            VBGError: no training record has a picture or a text, or an attribute is unknown.
        """
        self.table = self._table(train)
        self.tasks = tuple(name for name in self.table.attributes if name in train.tasks)
        self.numbers = _numbers(train, [name for name in self.table.attributes if name not in train.tasks])
        pictures = PictureGenerator(self.config, self.table)
        if pictures.fit(train, accelerator=accelerator, seed=derive(seed, "pictures"), folder=folder, screen=screen):
            self.pictures = pictures
        texts = TextGenerator(self.config.text, self.table)
        if texts.usable(train):
            seen = pictures.frames if self.pictures else None
            texts.fit(train, seen, accelerator=accelerator, seed=derive(seed, "texts"), folder=folder, screen=screen)
            self.texts = texts
        accelerator.wait_for_everyone()
        PictureGenerator.tidy(folder)
        if self.pictures is None and self.texts is None:
            fix = "Use another augmenter, or data with pictures or texts."
            raise VBGError("gan", f"no training record of '{train.task.name}' has a picture or a usable text", fix)

    @property
    def modalities(self) -> tuple[str, ...]:
        """Its halves that learnt something, and metadata where a field of it is drawn."""
        assert self.table is not None, "fit or load first"
        fields = set(self.table.attributes) - set(self.tasks)
        halves = {"image": self.pictures is not None, "text": self.texts is not None, "metadata": bool(fields)}
        return tuple(name for name, made in halves.items() if made)

    @property
    def learns_from_rounds(self) -> bool:
        """If its options give it steps for that."""
        return self.config.feedback.steps > 0

    def feedback(self, lesson: Lesson, *, accelerator: Accelerator, seed: int, folder: Path, screen: Screen) -> None:
        """Train the picture half on with what the round taught; the texts stay as they are."""
        if self.pictures is not None:
            self.pictures.feedback(lesson, accelerator=accelerator, seed=seed, folder=folder, screen=screen)
            accelerator.wait_for_everyone()
            PictureGenerator.tidy(folder)

    def generate(self, requests: Sequence[Request], train: TrainView, *, seed: int) -> Iterator[Record | None]:
        """Yield one pair per request; None for a class without training records.

        A record carries the class asked for and the attributes drawn with it, those that are tasks as targets.
        """
        assert self.table is not None, "fit or load first"
        generator = np.random.default_rng(derive(seed, "attributes"))
        for start in range(0, len(requests), CHUNK):
            wanted = requests[start : start + CHUNK]
            facts = [self._draw(request, self.table, generator) for request in wanted]
            made = iter(self._make([each for each in facts if each is not None], derive(seed, "chunk", start)))
            for request, each in zip(wanted, facts, strict=True):
                yield None if each is None else self._record(request, each[1], *next(made))

    def save(self, folder: Path) -> None:
        """Write weights, table, textures and text generator."""
        assert self.table is not None, "fit or load first"
        self.table.save(folder / TABLE)
        about = {
            "tasks": self.tasks,
            "numbers": self.numbers,
            "pictures": self.pictures is not None,
            "texts": self.texts is not None,
        }
        (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
        if self.pictures is not None:
            self.pictures.save(_made(folder / "pictures"))
        if self.texts is not None:
            self.texts.save(_made(folder / "texts"))

    def load(self, folder: Path) -> None:
        """Become what `save` wrote."""
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        self.table = AttributeTable.load(folder / TABLE)
        self.tasks, self.numbers = tuple(about["tasks"]), tuple(about["numbers"])
        if about["pictures"]:
            self.pictures = PictureGenerator(self.config, self.table)
            self.pictures.load(folder / "pictures")
        if about["texts"]:
            self.texts = TextGenerator(self.config.text, self.table)
            self.texts.load(folder / "texts")

    def _table(self, train: TrainView) -> AttributeTable:
        """As learnt, or as a user has edited it."""
        others = [task.name for task in train.tasks.values() if not task.multi_label and task.name != train.task.name]
        attributes = others if self.config.attributes is None else self.config.attributes
        learnt = AttributeTable.learn(train, attributes, self.config.attribute_values)
        edited = self.config.text.table
        return learnt if edited is None else AttributeTable.load(locate(edited, variable="VBG_DATA"), learnt)

    def _draw(self, request: Request, table: AttributeTable, generator: np.random.Generator) -> Facts | None:
        """Class and attributes of a new record; None if nothing like it was seen in training."""
        name = request.get(table.task)
        if name not in table.classes or not table.allows(name, table.task, name):
            return None
        fixed = {attribute: value for attribute, value in request.items() if attribute in table.attributes}
        for _ in range(TRIES if fixed else 1):
            drawn = table.draw(name, generator)
            if drawn | fixed == drawn:
                return name, drawn
        return None

    def _make(self, facts: Sequence[Facts], seed: int) -> Iterator[tuple[dict[Any, Any], tuple[str, ...]]]:
        """For every pair of facts inputs, and the ids of the records that its picture is made of."""
        images = self.pictures.make(facts, seed=seed) if self.pictures else [None] * len(facts)
        texts = self.texts.write(facts, seed=seed) if self.texts else [{}] * len(facts)
        sources = self.pictures.sources(facts, seed=seed) if self.pictures else [()] * len(facts)
        for (_, attributes), image, text, records in zip(facts, images, texts, sources, strict=True):
            fields = {name: value for name, value in attributes.items() if name not in self.tasks}
            metadata = {name: float(value) if name in self.numbers else value for name, value in fields.items()}
            yield _without_empty({"image": image, "text": dict(text), "metadata": metadata}), records

    def _record(
        self, request: Request, attributes: Mapping[str, str], inputs: Mapping[Any, Any], sources: tuple[str, ...]
    ) -> Record | None:
        if "image" not in inputs and "text" not in inputs:
            return None
        targets = {name: value for name, value in attributes.items() if name in self.tasks}
        return Record(id="", inputs=inputs, targets={**targets, **request}, origin=Origin(sources=sources))


def _numbers(train: TrainView, fields: Sequence[str]) -> tuple[str, ...]:
    """The metadata fields whose values are all numbers; the table knows them as words."""
    words: set[str] = set()
    for record in train if fields else ():
        result = record.inputs.get("metadata", {})
        words |= {field for field in fields if isinstance(result.get(field), str)}
    return tuple(field for field in fields if field not in words)


def _without_empty(inputs: Mapping[str, Image.Image | dict[Any, Any] | None]) -> dict[Any, Any]:
    return {modality: item for modality, item in inputs.items() if item is not None and item != {}}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
