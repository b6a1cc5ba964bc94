"""The augmenter component `retrieval`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from accelerate import Accelerator
from PIL import Image

from vbg_framework import Augmenter, Origin, Record, Request, TrainView, VBGError
from vbg_framework.screen import Screen
from vbg_framework.toolkit import EncoderJudge, FeatureNetwork, Judge, derive, trained_encoder
from vbg_retrieval.pool import Pool
from vbg_retrieval.shortlist import Shortlist, likeness, members_of, share_out

FILE = "shortlist.json"


class Retrieval(Augmenter):
    """Fills a class with pictures of a second collection that look like its training pictures.

    They are photographs, not inventions, and have no text. Whether they show the class nobody has checked.
    """

    digital_source = "digitalCapture"
    modalities = ("image",)
    shortlist: Shortlist
    pool: Pool

    def fit(self, train: TrainView, *, accelerator: Accelerator, seed: int, folder: Path, screen: Screen) -> None:
        """Put pictures of the pool by for every class.

        Raises:
            VBGError: the pool cannot be read or has no picture with an accepted licence, there are no training
                pictures, or the encoder has no trained weights.
        """
        if not any("image" in record.inputs for record in train):
            what = "'retrieval' compares pictures, got training records without any"
            raise VBGError("augmenter", what, "Add an image encoder to the experiment, or name another augmenter.")
        self.pool = Pool(self.config.pool, self.config.licences, screen)
        left = f"{self.pool.unlicensed} without an accepted licence left out"
        if not self.pool.rows:
            fix = "Name another collection, or further `licences`."
            raise VBGError("augmenter.pool", f"needs pictures with an accepted licence, got none ({left})", fix)
        screen.say(f"Pool  {self.pool.name}: {len(self.pool.rows)} pictures; {left}.")
        network = self._network(train, accelerator, seed, folder, screen)
        rows: list[int] = []
        seen = network.features(_pictures(train, rows))
        targets, task = [train.targets[row] for row in rows], train.task
        members = {name: members_of(targets, task.name, name) for name in task.classes}
        there = network.features(self.pool.pictures())
        likenesses = {
            name: likeness(there, seen[places], self.config.neighbours) for name, places in members.items() if places
        }
        result = share_out(likenesses, self.config.nearest)
        self.shortlist = {
            name: [(self.pool.rows[place], like) for place, like in some] for name, some in result.items()
        }

    def _network(
        self, train: TrainView, accelerator: Accelerator, seed: int, folder: Path, screen: Screen
    ) -> FeatureNetwork:
        """What sees likeness."""
        if self.config.encoder is None:
            tasks = [train.task.name]
            return Judge.fit(train, tasks=tasks, seed=seed, folder=folder, steps=self.config.steps, screen=screen)
        where, part = "augmenter.encoder", self.config.encoder
        kind = part.load()
        if kind.modality != "image":
            raise VBGError(where, f"'{part.name}' reads {kind.modality}", "Name an image encoder.")
        assets = folder / f"assets-{accelerator.process_index}"
        shutil.rmtree(assets, ignore_errors=True)
        assets.mkdir(parents=True)
        kind.prepare(part.config, iter(()), assets, seed=seed)
        encoder = trained_encoder(part, assets, seed)
        if encoder is None:
            what = f"must have seen many pictures, got '{part.name}' with random weights"
            raise VBGError(where, what, "Give it `model` or `weights`, or leave `encoder` out.")
        return EncoderJudge(encoder.to(accelerator.device), encoder.processor(False), name=part.name)

    def generate(self, requests: Sequence[Request], train: TrainView, *, seed: int) -> Iterator[Record | None]:
        """Yield a picture put by for the class, none of them twice, or None when they are used up."""
        turns: dict[str | None, Iterator[tuple[int, float]]] = {}
        for request in requests:
            name = request.get(train.task.name)
            if name not in turns:
                turns[name] = self._drawn(name, seed)
            result = next(turns[name], None)
            yield None if result is None else self._record(request, *result)

    def _drawn(self, name: str | None, seed: int) -> Iterator[tuple[int, float]]:
        """What was put by for a class, in random order."""
        some = self.shortlist.get(name or "", [])
        order = np.random.default_rng(derive(seed, "drawn", name or "")).permutation(len(some))
        return (some[place] for place in order.tolist())

    def _record(self, request: Request, row: int, like: float) -> Record:
        name = self.pool.ids[row]
        origin = Origin(taken_from=f"{self.pool.name}:{name}", scores={"likeness": like})
        inputs = {"image": self.pool.picture(row)}
        return Record(name, inputs, dict(request), licence=self.pool.licences[row] or "", origin=origin)

    def save(self, folder: Path) -> None:
        """Write what was put by, and of which pool."""
        about = {"pool": self.pool.fingerprint, "unlicensed": self.pool.unlicensed, "shortlist": self.shortlist}
        (folder / FILE).write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    def load(self, folder: Path) -> None:
        """Read it again, and open the pool.

        Raises:
            VBGError: the pool has changed.
        """
        about = json.loads((folder / FILE).read_text(encoding="utf-8"))
        self.pool = Pool(self.config.pool, self.config.licences, Screen())
        self.pool.require(about["pool"])
        self.shortlist = {name: [(row, like) for row, like in some] for name, some in about["shortlist"].items()}


def _pictures(train: TrainView, rows: list[int]) -> Iterator[Image.Image]:
    """Training pictures, read one at a time; notes their places."""
    for row in range(len(train)):
        image = train[row].inputs.get("image")
        if image is not None:
            rows.append(row)
            yield image
