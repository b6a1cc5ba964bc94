"""What pictures are called: captions for a class and the attributes seen with it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from vbg_diffusion_lora import CaptionConfig
from vbg_diffusion_lora.template import CLASS, FACTS, fields, fill
from vbg_framework import Record, TrainView, VBGError
from vbg_framework.toolkit import did_you_mean


class Facts(NamedTuple):
    """What is known of a picture.

    Args:
        name: its class in the task whose scarce classes are filled.
        attributes: (attribute, value) pairs, in the order of the configuration; unknown ones are absent.
    """

    name: str
    attributes: tuple[tuple[str, str], ...]


class Caption(NamedTuple):
    """A sentence, and the attributes it names besides the class."""

    text: str
    named: frozenset[str]


class Captions:
    """Describes records in the words of the templates.

    Args:
        config: the templates and how they vary.
        train: knows the tasks; its records are not read.
        words: class -> the word that stands in its place in a caption; others are called as they are.
    """

    def __init__(self, config: CaptionConfig, train: TrainView, words: Mapping[str, str] | None = None) -> None:
        self.config, self.task, self.words = config, train.task.name, words or {}
        others = [task.name for task in train.tasks.values() if not task.multi_label and task.name != self.task]
        self.attributes = others if config.attributes is None else list(config.attributes)
        self.tasks = frozenset(others)
        wanted = dict.fromkeys([*self.attributes, *(name for each in config.templates for name in fields(each))])
        self._elsewhere = [name for name in wanted if name not in {*others, self.task, CLASS, FACTS}]
        if self._elsewhere:
            self.attributes += [name for name in wanted if name not in {*self.attributes, self.task, CLASS, FACTS}]

    def facts(self, record: Record) -> Facts | None:
        """What a record says of itself; None without a class."""
        name = record.targets.get(self.task)
        if not isinstance(name, str):
            return None
        known = {**record.inputs.get("metadata", {}), **record.targets}
        result = ((key, known.get(key)) for key in self.attributes if key != self.task)
        return Facts(name, tuple((key, _word(value)) for key, value in result if value not in (None, "")))

    def caption(self, facts: Facts, generator: np.random.Generator) -> Caption:
        """One of the possible captions."""
        template = self.config.templates[generator.integers(len(self.config.templates))]
        name = self.words.get(facts.name, facts.name)
        values = {CLASS: name, self.task: name, **dict(facts.attributes)}
        text, named = fill(template, values, [name for name, _ in facts.attributes])
        first, *rest = text.split(", ")
        if self.config.shuffle:
            rest = [rest[place] for place in generator.permutation(len(rest))]
        return Caption(", ".join([first, *rest]), named - {CLASS, self.task})

    def variants(self, facts: Facts, generator: np.random.Generator) -> list[str]:
        """`config.variants` captions to learn from, or fewer if there are no more."""
        result = dict.fromkeys(self.caption(facts, generator).text for _ in range(3 * self.config.variants))
        return list(result)[: self.config.variants]

    def check(self, train: TrainView) -> None:
        """See whether everything the captions name can be known; may read all records, so it is done once.

        Raises:
            VBGError: a template or `attributes` names what no training record has, or a template lacks the class.
        """
        for template in self.config.templates:
            if not {CLASS, self.task} & set(fields(template)):
                what = f"a caption must say which {self.task} is meant, got '{template}'"
                raise VBGError("diffusion_lora.caption.templates", what, f"Put {{class}} or {{{self.task}}} into it.")
        known = {*self.tasks, self.task, CLASS, FACTS}
        if self._elsewhere:
            known |= {name for record in train for name in record.inputs.get("metadata", {})}
        for name in self._elsewhere:
            if name not in known:
                what = f"no task or metadata field '{name}'"
                raise VBGError("diffusion_lora.caption", what, did_you_mean(name, known))


def _word(value: object) -> str:
    """A value as a caption has it; a whole number without its point."""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value)
