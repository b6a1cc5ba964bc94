"""Dividing records into training, validation and test: by class, and whole objects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
from scipy.sparse import csr_array, hstack

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import SPLITS
from vbg_framework.data.splits.stable_split import across, stable

TRAIN, VALIDATION, TEST, HELD_BACK, WITHOUT, UNREAD, SHARED = range(7)
Used = Literal["given", "stratified", "stable"]


def divide(
    groups: Sequence[str],
    clusters: Sequence[str],
    labels: csr_array,
    given: Sequence[str | None],
    config: SplitConfig,
) -> tuple[np.ndarray, Used]:
    """Say for each of n records whether it is for training (0), validation (1) or test (2), or takes no part (4, 6).

    A split that the source gives for some records is never replaced by a drawn one: the others follow their group, or
    take no part. Where the source gives no validation part, one is drawn from the training records.

    Args:
        groups: (n,) object of each record; a given split may not divide it.
        clusters: (n,) objects that belong together, see `clusters`; a drawn split does not divide them.
        labels: (n, L) of 0 and 1: which of the classes of all tasks a record carries.
        given: (n,) split that the source states, or None.
        config: which split is wanted.

    Returns:
        (n,) integers, and which split that is.

    Raises:
        VBGError: a given split is wanted and there is none, or it divides a group.
    """
    if config.use == "stable":
        parts = stable(groups, config.ratios, config.seed)
        return np.where(across(parts, clusters), SHARED, parts), "stable"
    if config.folds:
        return _fold(clusters, labels, config), "stratified"
    if config.use == "stratified" or (config.use == "auto" and not any(given)):
        return draw(clusters, labels, config.ratios, config.seed), "stratified"
    if not any(given):
        raise VBGError("split", "`use: given` needs a split in the source, which gives none", "Use `stratified`.")
    splits = _of_groups(groups, [WITHOUT if split is None else SPLITS.index(split) for split in given])
    if VALIDATION not in splits:
        train = np.flatnonzero(splits == TRAIN)
        names = [clusters[row] for row in train.tolist()]
        splits[train] = draw(names, labels[train], config.ratios[:2], config.seed)
    return splits, "given"


def _fold(clusters: Sequence[str], labels: csr_array, config: SplitConfig) -> np.ndarray:
    """(n,) parts of one fold of cross-validation: its records are for testing, the others are divided by `ratios`."""
    parts = np.full(len(clusters), TEST)
    rest = np.flatnonzero(draw(clusters, labels, [1] * (config.folds or 1), config.seed) != config.fold - 1)
    parts[rest] = draw([clusters[row] for row in rest.tolist()], labels[rest], config.ratios[:2], config.seed)
    return parts


def _of_groups(groups: Sequence[str], splits: Sequence[int]) -> np.ndarray:
    """The splits, in which a record without one follows its group."""
    first: dict[str, int] = {}
    for group, split in zip(groups, splits, strict=True):
        if split != WITHOUT and first.setdefault(group, split) != split:
            parts = f"{SPLITS[first[group]]} and {SPLITS[split]}"
            raise VBGError("split", f"group '{group}' lies in {parts}", "Correct the source or use `stratified`.")
    return np.array([first.get(group, WITHOUT) for group in groups], dtype=int)


def hold_back(parts: np.ndarray, clusters: Sequence[str], labels: csr_array, config: SplitConfig) -> np.ndarray:
    """Take a share of the training records away, by class and whole clusters; they become part 3.

    Args:
        parts: (n,) as `divide` says.
        clusters, labels, config: see `divide`.
    """
    rows = np.flatnonzero(parts == TRAIN).tolist()
    shares, names = (1 - config.hold_back, config.hold_back), [clusters[row] for row in rows]
    if config.use == "stable":
        apart = stable([f"held back/{name}" for name in names], shares, config.seed)
    else:
        apart = draw(names, labels[rows], shares, config.seed)
    result = parts.copy()
    result[rows] = np.where(apart, HELD_BACK, TRAIN)
    return result


def draw(groups: Sequence[str], labels: csr_array, ratios: Sequence[float], seed: int) -> np.ndarray:
    """Draw a stratified split of whole groups into len(ratios) parts, training first.

    Classes are served from the rarest on; each group goes where its classes are furthest below their share
    (after the iterative stratification of Sechidis et al. 2011). A class with as many groups as there are parts gets
    into every part, as far as groups that carry several classes allow. With fewer, training comes first, then test.
    The order of the records does not matter.

    Args:
        groups: (n,) group of each record.
        labels: (n, L) of 0 and 1.
        ratios: relative sizes of the parts, in records.
        seed: seed of the draw.

    Returns:
        (n,) part of each record.
    """
    names, of = np.unique(np.asarray(groups, dtype=object), return_inverse=True)
    records = csr_array((np.ones(len(of)), (of, np.arange(len(of)))), shape=(len(names), len(of)))
    every = csr_array(np.ones((len(of), 1)))  # becomes the last column
    counts = csr_array(records @ hstack([csr_array(labels), every]))
    key = (counts.shape, *(part.tobytes() for part in (counts.data, counts.indices, counts.indptr)))
    return _drawn(_Counts(key, counts), tuple(ratios), seed)[of]


class _Counts(NamedTuple):
    """(G, L) records per group and label, told apart by their content."""

    key: tuple[Any, ...]
    table: csr_array

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Counts) and self.key == other.key


@lru_cache(8)
def _drawn(counts: _Counts, ratios: tuple[float, ...], seed: int) -> np.ndarray:
    """(G,) part of each group; the arms of a study and their gates divide the same data in the same way."""
    return _Draw(counts.table, np.asarray(ratios) / np.sum(ratios)).run(np.random.default_rng(seed))


class _Draw:
    """One draw: `counts` (G, L) records per group and label, to the part of each group."""

    def __init__(self, counts: csr_array, shares: np.ndarray) -> None:
        self.parts = [0, *range(len(shares) - 1, 0, -1)]  # training, test, validation: the order in which they matter
        self.shares, self.counts = shares.tolist(), counts
        self.by_label = counts.tocsc()
        self.groups = np.diff(self.by_label.indptr)  # (L,) groups per label
        self.rows = [
            (counts.indices[a:b].tolist(), counts.data[a:b].tolist())
            for a, b in zip(counts.indptr[:-1], counts.indptr[1:], strict=True)
        ]
        self.total = counts.sum(0).tolist()
        self.small = [n * min(self.shares) for n in self.total]  # more than this does not fit the smallest part
        self.have = [[0.0] * len(self.total) for _ in shares]  # records per part and label
        self.given = [0.0] * len(self.total)  # records per label that have a part
        self.held = [[0] * len(self.total) for _ in shares]  # groups per part and label
        self.part = np.full(len(self.rows), -1)

    def run(self, generator: np.random.Generator) -> np.ndarray:
        for label in np.argsort(self.groups, kind="stable").tolist():
            open_groups = self._open(label, generator)
            for done, group in enumerate(open_groups):
                missing = [part for part in self._wanted(label) if not self.held[part][label]]
                last_chance = len(open_groups) - done <= len(missing)
                self._put(group, missing[0] if last_chance else min(self.parts, key=lambda p: self._excess(group, p)))
        self._repair()
        return self.part

    def _open(self, label: int, generator: np.random.Generator) -> list[int]:
        """The label's groups without a part, in random order; those too big for the smallest part come first."""
        members = self.by_label.indices[self.by_label.indptr[label] : self.by_label.indptr[label + 1]]
        members = generator.permutation(np.sort(members[self.part[members] < 0]))
        sizes = self.counts[members, [label] * len(members)] if len(members) else members
        return members[np.argsort(sizes <= self.small[label], kind="stable")].tolist()

    def _wanted(self, label: int) -> list[int]:
        return self.parts[: self.groups[label]]

    def _excess(self, group: int, part: int) -> float:
        """How far the part is above its share of what is given out, in the labels of the group; negative = below."""
        have, share, given, total = self.have[part], self.shares[part], self.given, self.total
        labels = zip(*self.rows[group], strict=True)
        return sum(
            n * (have[label] - share * (given[label] + n * (n > self.small[label]))) / total[label]
            for label, n in labels
        )

    def _put(self, group: int, part: int) -> None:
        for sign, where in ((-1, self.part[group]), (1, part)):
            if where >= 0:
                for label, n in zip(*self.rows[group], strict=True):
                    self.have[where][label] += sign * n
                    self.given[label] += sign * n
                    self.held[where][label] += sign
        self.part[group] = part

    def _repair(self) -> None:
        """Move groups as long as that brings more labels into the parts where they are wanted."""
        lacking = [
            (label, part)
            for label in range(len(self.total))
            for part in self._wanted(label)
            if not self.held[part][label]
        ]
        for label, part in lacking:
            members = np.sort(self.by_label.indices[self.by_label.indptr[label] : self.by_label.indptr[label + 1]])
            best = max(members.tolist(), key=lambda g: (self._gain(g, part), -self._excess(g, part)))
            if self._gain(best, part) > 0:
                self._put(best, part)

    def _gain(self, group: int, part: int) -> int:
        """What moving `group` to `part` is worth: labels won minus labels lost, those of training above all others."""
        old = self.part[group]
        if old == part:
            return 0
        labels = self.rows[group][0]
        won = sum(not self.held[part][label] and part in self._wanted(label) for label in labels)
        lost = sum(self.held[old][label] == 1 and old in self._wanted(label) for label in labels)
        return won * self._worth(part) - lost * self._worth(old)

    def _worth(self, part: int) -> int:
        return len(self.total) + 1 if part == TRAIN else 1
