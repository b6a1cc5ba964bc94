"""The text generator: catalogue texts for a class and its attributes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from accelerate import Accelerator
from safetensors.torch import load_file, save_file

from vbg_framework import TrainView
from vbg_framework.screen import Screen
from vbg_framework.toolkit import derive, isolated, seed_everything
from vbg_gan.frames import Frames
from vbg_gan.pair_critic import PairCritic
from vbg_gan.pair_pictures import PairPictures
from vbg_gan.table import AttributeTable
from vbg_gan.table_learning import Facts, Sample
from vbg_gan.template import Template
from vbg_gan.text_config import TextConfig
from vbg_gan.text_fitting import TextFitting
from vbg_gan.text_lesson import Example, with_noise
from vbg_gan.text_mask import TokenMask
from vbg_gan.text_networks import TextJudge, TextWriter
from vbg_gan.text_steps import Pairing, TextSteps
from vbg_gan.text_vocabulary import END, Conditions, Vocabulary
from vbg_gan.text_writing import write

CHUNK = 256  # texts written at a time
STATE, WEIGHTS = "text.json", "text.safetensors"


class TextGenerator:
    """Writes the texts of image-text pairs.

    Whatever the mode, no text names the class asked for or an attribute otherwise than the table permits.

    Args:
        config: mode, sizes and steps.
        table: what goes together, and which names are permitted.

    Attributes:
        pairing: the pair critic, once fitted; it is not saved. None = pairs were not judged.

    Raises:
        VBGError: a given pattern is malformed.
    """

    def __init__(self, config: TextConfig, table: AttributeTable) -> None:
        self.config, self.table = config, table
        self._template = Template(table, config.patterns)
        self._conditions = Conditions(table)
        self.pairing: Pairing | None = None
        self._mask: TokenMask | None = None
        self._writer: TextWriter | None = None

    def usable(self, train: TrainView) -> bool:
        """Whether `write` would give any text."""
        if self.config.mode == "none":
            return False
        given = self.config.mode == "template" and bool(self.config.patterns)
        return given or any(_has_text(sample) for sample in self.table.samples(train))

    def fit(
        self,
        train: TrainView,
        frames: Frames | None = None,
        *,
        accelerator: Accelerator,
        seed: int,
        folder: Path,
        screen: Screen,
    ) -> None:
        """Learn from the training texts. Records without any text are left out; without any at all, nothing is learnt.

        Args:
            train: the training records.
            frames: their pictures, for the pair critic; without any, pairs are not judged.
            accelerator: device and processes.
            seed: seed of every random draw.
            folder: for checkpoints and `text-losses.jsonl`; a killed fit goes on from there.
            screen: where progress is shown.
        """
        samples = [sample for sample in self.table.samples(train) if _has_text(sample)]
        if self.config.mode == "template":
            self._template.learn(samples)
        if self.config.mode == "lstm" and samples:
            vocabulary = Vocabulary.learn([s.texts for s in samples], self.table.lexicon, self.config.vocabulary)
            self._mask = TokenMask(self.table, vocabulary)
            steps = self._steps(vocabulary, frames, derive(seed, "text"))
            fitting = TextFitting(self.config, steps, conditions=self._conditions, accelerator=accelerator)
            held_out = self.table.samples(train.held_out) if train.held_out else []
            learn, measure = ([self.example(s) for s in part if _has_text(s)] for part in (samples, held_out))
            fitting.fit(learn, measure, seed=seed, folder=folder, screen=screen)

    def write(self, facts: Sequence[Facts], *, seed: int) -> list[dict[str, str]]:
        """Write one text per fact.

        Args:
            facts: pairs of a class and attribute -> value.
            seed: seed of every random draw.

        Returns:
            Text field -> string. Empty in mode `none`, and if there was no training text.

        Raises:
            VBGError: a class is unknown.
        """
        for name, _ in facts:
            self.table.check_class(name)
        if self.config.mode == "template":
            generator = np.random.default_rng(derive(seed, "template"))
            return [self._template.fill(fact, generator) for fact in facts]
        if self._writer is None:
            return [{} for _ in facts]
        starts = range(0, len(facts), CHUNK)
        return [
            text for start in starts for text in self._write(facts[start : start + CHUNK], derive(seed, "text", start))
        ]

    def save(self, folder: Path) -> None:
        """Write what was learnt: safetensors and JSON. The table is saved by itself."""
        state: dict[str, Any] = {"template": self._template.state()} if self.config.mode == "template" else {}
        if self._writer is not None and self._mask is not None:
            state["vocabulary"] = self._mask.vocabulary.state()
            save_file({name: t.contiguous() for name, t in self._writer.state_dict().items()}, folder / WEIGHTS)
        (folder / STATE).write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Become what `save` wrote; config and table must be those it was fitted with."""
        state: Mapping[str, Any] = json.loads((folder / STATE).read_text(encoding="utf-8"))
        if "template" in state:
            self._template.restore(state["template"])
        if "vocabulary" in state:
            vocabulary = Vocabulary(**state["vocabulary"], lexicon=self.table.lexicon)
            self._mask = TokenMask(self.table, vocabulary)
            self._writer = self._new_writer(vocabulary)
            self._writer.load_state_dict(load_file(folder / WEIGHTS))
            self._writer.eval()

    def example(self, sample: Sample) -> Example:
        """A record's text as numbers; fit first."""
        assert self._mask is not None
        ids = [*self._mask.vocabulary.encode(sample.texts), END][: self.config.max_length]
        return Example(ids, sample.facts, self.pairing.pictures.number(sample.record) if self.pairing else -1)

    def _steps(self, vocabulary: Vocabulary, frames: Frames | None, seed: int) -> TextSteps:
        assert self._mask is not None
        with isolated():
            seed_everything(seed)
            self._writer = self._new_writer(vocabulary)
            judge = TextJudge(self.config, tokens=len(vocabulary), sizes=self._conditions.sizes)
            judged = self.config.pair_weight > 0 and self.config.adversarial_steps > 0
            if judged and frames is not None and frames.facts:
                pictures = PairPictures(frames)
                critic = PairCritic(self.config, tokens=len(vocabulary), size=pictures.size)
                self.pairing = Pairing(critic, pictures)
        return TextSteps(self.config, self._writer, judge, self.pairing, self._mask)

    def _new_writer(self, vocabulary: Vocabulary) -> TextWriter:
        return TextWriter(self.config, tokens=len(vocabulary), facts=sum(self._conditions.sizes))

    def _write(self, facts: Sequence[Facts], seed: int) -> list[dict[str, str]]:
        assert self._writer is not None
        assert self._mask is not None
        generator = torch.Generator().manual_seed(seed)
        given = with_noise(self._conditions.vectors(facts), self.config.latent, generator)
        ids = write(
            self._writer,
            self._mask,
            facts,
            given.to(next(self._writer.parameters()).device),
            length=self.config.max_length,
            temperature=self.config.temperature,
            generator=generator,
        )
        return [self._mask.vocabulary.decode(row) for row in ids]


def _has_text(sample: Sample) -> bool:
    return any(text.strip() for text in sample.texts.values())
