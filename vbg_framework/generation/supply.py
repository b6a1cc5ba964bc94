"""Where new records come from: a fitted augmenter, and all that decides what it is asked for and what is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vbg_framework.content_key import path_hash
from vbg_framework.cost import Meter
from vbg_framework.data.cache import cache_folder
from vbg_framework.data.items import Items
from vbg_framework.data.prepared import Prepared
from vbg_framework.generation.fitted import STATE, Fitted, fitted
from vbg_framework.generation.inner import Inner, divide_inner
from vbg_framework.generation.pool import COST, Pool
from vbg_framework.generation.quota import quotas
from vbg_framework.generation.shared import SharedPool
from vbg_framework.generation.sieve import Judge, Sieve, unpack
from vbg_framework.generation.synthesis import Synthesis
from vbg_framework.job import new_accelerator
from vbg_framework.registry import Resolved
from vbg_framework.screen import Screen
from vbg_framework.seeds import derive

Recall = Mapping[str, float | None]  # class -> recall, None = unknown


@dataclass(frozen=True)
class Supply:
    """A fitted augmenter at work.

    Args:
        resolved: the experiment.
        real: class -> real training records.
        known: (n, 32) uint8, perceptual hashes of all real images.
        inner: the training split, divided once more.
        fitted: the augmenter, fitted on the larger part of it.
        screen: where progress is shown.
    """

    resolved: Resolved
    real: Mapping[str, int]
    known: np.ndarray
    inner: Inner
    fitted: Fitted
    screen: Screen

    @property
    def task(self) -> str:
        """Name of the task whose scarce classes are filled."""
        return self.inner.view.task.name

    def quota(self, recall: Recall) -> dict[str, int]:
        """Class -> records to ask for."""
        return quotas(self.real, recall, self.resolved.experiment.loop, self.resolved.experiment.mix)

    def fill(self, pool: Pool, number: int, quota: Mapping[str, int], judge: Judge | None, name: str) -> None:
        """Fill the pool of one round, and keep account of what that takes; on one process only.

        Args:
            pool: where the records go.
            number: of the round; the seed follows from it.
            quota: class -> records.
            judge: the last round's classifier, if any.
            name: what people see beside the progress bar.
        """
        experiment, augmenter = self.resolved.experiment, self.resolved.parts["augmenter"]
        sieve = Sieve(experiment.loop, self.known, judge)
        seed = derive(experiment.seed, "round", number)
        synthesis = Synthesis(self.fitted.augmenter, augmenter, self.inner.view, sieve, experiment.loop.tries, seed)
        pool.folder.mkdir(parents=True, exist_ok=True)
        with Meter(pool.folder / COST), self.screen.progress(name, sum(quota.values()), len(pool.kept())) as bar:
            synthesis.fill(pool, quota, bar)

    def obtain(self, pool: Pool, number: int, quota: Mapping[str, int], judge: Judge | None, name: str) -> None:
        """The same as `fill`; but what no classifier has a say in is shared with other runs."""
        shared = SharedPool(cache_folder("pools"), self._about(pool, number, quota))
        if judge is None and shared.bring(pool):
            self.screen.say(f"{name}: taken from the cache.")
            return
        self.fill(pool, number, quota, judge, name)
        if judge is None:
            shared.keep(pool)

    def _about(self, pool: Pool, number: int, quota: Mapping[str, int]) -> dict[str, Any]:
        """All that the content of a pool follows from, as long as there is no classifier."""
        loop = self.resolved.experiment.loop
        return {
            "augmenter": self.fitted.folder.name,
            "state": path_hash(self.fitted.folder / STATE),  # fitted anew it is another one
            "prefix": pool.prefix,
            "quota": dict(quota),
            "seed": [self.resolved.experiment.seed, number],
            "checks": [loop.blank, loop.copies, loop.tries],
            "known": hashlib.sha256(self.known.tobytes()).hexdigest(),
        }

    def line(self) -> str:
        """What people are told about the augmenter."""
        name, time = self.resolved.parts["augmenter"].component.name, f"in {self.fitted.cost.seconds:.0f} s"
        if self.fitted.reused:
            how = "fitted before with the same options, records and weights, taken from the cache"
        else:
            how = f"fitted anew {time}: other {', '.join(self.fitted.new)}" if self.fitted.new else f"fitted {time}"
        return f"Augmenter  {name}: {how}."


def open_supply(resolved: Resolved, prepared: Prepared, items: Items, screen: Screen, refresh: bool = False) -> Supply:
    """Divide the training split once more and fit the augmenter, or take it from the cache.

    Args:
        resolved: an experiment with an augmenter.
        prepared: its data.
        items: its training split.
        screen: where progress is shown.
        refresh: fit the augmenter even if it is in the cache.
    """
    experiment = resolved.experiment
    task = experiment.scarce_task
    inner = divide_inner(
        items, task, share=experiment.loop.inner, seed=experiment.split.seed, fingerprint=prepared.fingerprint
    )
    found = fitted(
        resolved.parts["augmenter"], inner.view, accelerator=new_accelerator(experiment.train.precision, 0),
        seed=experiment.seed, cache=cache_folder("augmenters"), screen=screen, refresh=refresh,
    )  # fmt: skip
    real = dict(zip(inner.view.task.classes, items.counts(task), strict=True))
    known = unpack([code for code in prepared.table.data.column("phash").to_pylist() if code])
    return Supply(resolved, real, known, inner, found, screen)
