"""Where new records come from: a fitted augmenter, and all that decides what it is asked for and what is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from vbg_framework.base.cached import cache_folder
from vbg_framework.base.cost import Meter
from vbg_framework.base.seeds import derive
from vbg_framework.config.registry import Resolved
from vbg_framework.contracts.record import Record
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.content_key import path_hash
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.generation.fitted import Fitted, fitted
from vbg_framework.generation.inner import Inner, divide_inner
from vbg_framework.generation.originals import MOVED, Originals
from vbg_framework.generation.pool import COST, Pool
from vbg_framework.generation.quota import quotas, total_wanted
from vbg_framework.generation.shared import SharedPool
from vbg_framework.generation.sieve import Sieve, Verdict, unpack
from vbg_framework.generation.synthesis import Synthesis
from vbg_framework.learning.job import new_accelerator
from vbg_framework.screen import Screen

Recall = Mapping[str, float | None]  # class -> recall, None = unknown


class Verifier(Protocol):
    """What judges generated records by real ones; see `vbg_framework.generation.verification`."""

    @property
    def key(self) -> str:
        """Of all that its answers follow from."""

    @property
    def cannot_judge(self) -> Sequence[str]:
        """The classes that it cannot tell."""

    def about(self) -> Mapping[str, Any]:
        """What it can tell, ready for JSON."""

    def __call__(self, records: Sequence[Record]) -> Sequence[Verdict]:
        """Judge records, each of which claims a class."""


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
        verifier: what real records teach of classes and labels; None = not asked.
    """

    resolved: Resolved
    real: Mapping[str, int]
    known: np.ndarray
    inner: Inner
    fitted: Fitted
    screen: Screen
    verifier: Verifier | None = None

    @property
    def task(self) -> str:
        """Name of the task whose scarce classes are filled."""
        return self.inner.view.task.name

    def quota(self, recall: Recall) -> dict[str, int]:
        """Class -> records to ask for; what limits take away is said, and so are classes that cannot be judged."""
        experiment = self.resolved.experiment
        result = quotas(self.real, recall, experiment.loop, experiment.mix)
        wanted, requested = total_wanted(self.real, recall, experiment.loop, experiment.mix), sum(result.values())
        if requested < wanted:
            most = f"`at_most: {experiment.loop.at_most:g}` times the real records of a class"
            self.screen.say(f"Quota  {requested:,} of {wanted:,} records are asked for: more than {most} are not made.")
        if unknown := [name for name in self._left if result.get(name)]:
            lost = sum(result[name] for name in unknown)
            fix = "more real records help, `loop: {unjudged: fill}` fills them unchecked"
            self.screen.say(f"Not filled ({lost:,} records): {', '.join(unknown)} cannot be judged; {fix}.")
        return self._without_left(result)

    def need(self, recall: Recall) -> dict[str, float]:
        """Class -> share of the records that `quota` asks for; nothing is said."""
        experiment = self.resolved.experiment
        result = self._without_left(quotas(self.real, recall, experiment.loop, experiment.mix))
        total = sum(result.values()) or 1
        return {name: count / total for name, count in result.items()}

    @property
    def _left(self) -> Sequence[str]:
        """The classes that are not filled, because the verifier cannot tell them."""
        loop = self.resolved.experiment.loop
        requested = self.verifier is not None and loop.verify == "drop" and loop.unjudged == "leave"
        return self.verifier.cannot_judge if requested and self.verifier is not None else ()

    def _without_left(self, quota: Mapping[str, int]) -> dict[str, int]:
        return {name: 0 if name in self._left else count for name, count in quota.items()}

    def fill(self, pool: Pool, number: int, quota: Mapping[str, int], name: str) -> None:
        """Fill the pool of one round, and keep account of what that takes; on one process only.

        Args:
            pool: where the records go.
            number: of the round; the seed follows from it.
            quota: class -> records.
            name: what people see beside the progress bar.
        """
        experiment, augmenter = self.resolved.experiment, self.resolved.parts["augmenter"]
        sieve = Sieve(experiment.loop, self.known, self.verifier, self._originals())
        seed = derive(experiment.seed, "round", number)
        kinds = self.inner.learn.prepared.kinds
        generator, view, teaches = self.fitted.augmenter, self.inner.view, self._teaches(number)
        synthesis = Synthesis(generator, augmenter, view, sieve, experiment.loop.tries, seed, teaches, kinds)
        pool.folder.mkdir(parents=True, exist_ok=True)
        with Meter(pool.folder / COST), self.screen.progress(name, sum(quota.values()), len(pool.kept())) as bar:
            synthesis.fill(pool, quota, bar)

    def obtain(self, pool: Pool, number: int, quota: Mapping[str, int], name: str) -> None:
        """The same as `fill`, but shared with other runs that would get the same records."""
        shared = SharedPool(cache_folder("pools"), self._about(pool, number, quota))
        if shared.bring(pool):
            self.screen.say(f"{name}: taken from the cache.")
            return
        self.fill(pool, number, quota, name)
        shared.keep(pool)

    def _originals(self) -> Originals:
        """The pictures of the part of the training split that the augmenter knows."""
        codes = dict(enumerate(self.inner.learn.column("phash")))
        seen = {row: code for row, code in codes.items() if code}
        return Originals(self.inner.view, list(seen), unpack(list(seen.values())))

    def _teaches(self, number: int) -> bool:
        """Whether the augmenter will learn from what is refused in this round."""
        return self.fitted.augmenter.learns_from_rounds and 0 < number < self.resolved.experiment.loop.rounds

    def _about(self, pool: Pool, number: int, quota: Mapping[str, int]) -> dict[str, Any]:
        """All that the content of a pool follows from."""
        loop = self.resolved.experiment.loop
        return {
            "augmenter": self.fitted.folder.name,
            "state": path_hash(self.fitted.state),  # fitted anew it is another one
            "prefix": pool.prefix,
            "quota": dict(quota),
            "seed": [self.resolved.experiment.seed, number],
            "rejected": self._teaches(number),
            "checks": [loop.blank, loop.copies and MOVED, loop.tries, loop.verify, loop.unjudged, loop.unconfirmed],
            "known": hashlib.sha256(self.known.tobytes()).hexdigest(),
            "verifier": self.verifier.key if self.verifier else None,
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
    result = fitted(
        resolved.parts["augmenter"], inner.view, accelerator=new_accelerator(experiment.train.precision, 0),
        seed=experiment.seed, cache=cache_folder("augmenters"), screen=screen, refresh=refresh,
    )  # fmt: skip
    real = dict(zip(inner.view.task.classes, items.counts(task), strict=True))
    known = unpack([code for code in prepared.table.data.column("phash").to_pylist() if code])
    return Supply(resolved, real, known, inner, result, screen)
