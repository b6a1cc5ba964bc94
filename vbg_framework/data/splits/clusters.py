"""Clusters of objects with equal or nearly equal pictures; no drawn split divides one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vbg_framework.data.pictures.hashes import BITS
from vbg_framework.data.preparation.columns import CLUSTER
from vbg_framework.data.preparation.item_bytes import HASH

NEAR = 28
"""Perceptual hashes (256 bits) that differ in at most so many bits show nearly the same picture."""
BAND, WORD = np.uint16, np.uint64
BLOCK = 100_000  # hashes compared at a time
EXAMPLES = 10
FILE = "clusters.arrow"

Pairs = tuple[np.ndarray, np.ndarray]
Batches = Iterable[Mapping[str, pa.Array]]


def write_clusters(folder: Path, batches: Batches, distance: int) -> dict[str, Any]:
    """Write the column `cluster` of a prepared data set and say what was merged.

    A cluster has the name of the first of its groups in alphabetical order, so it does not depend on the order of
    the records.

    Args:
        folder: where `clusters.arrow` goes.
        batches: the columns `id`, `group`, `split`, `sha256`, `phash` and `hash_<modality>`, can be gone through
            several times; a batch may lack one of the last.
        distance: see `NEAR`.

    Returns:
        records that repeat a picture exactly or nearly, merged clusters, and those that the source's split divides.
    """
    pictures, others = Pictures(), defaultdict[str, Copies](Copies)
    start = 0
    for batch in batches:
        pictures.add(batch["sha256"], batch["phash"])
        for name in (name for name in batch if name.startswith(HASH)):
            others[name].add(batch[name], start)
        start += len(batch["id"])
    exact = _joined([pictures.exact(), *(each.exact() for each in others.values())])
    near = pictures.near(distance)
    repeated = pictures.repeated(EXAMPLES)
    ids = _at(batches, "id", np.unique(np.concatenate([np.empty(0, int), *(rows[:EXAMPLES] for rows in repeated)])))
    pairs = _joined([exact, near])
    merged = merge(pairs, _at(batches, "group", np.unique(pairs)))
    result = _Found()
    schema = pa.schema({CLUSTER: pa.string()})
    with pa.OSFile(str(folder / FILE), "wb") as file, pa.ipc.new_stream(file, schema) as writer:
        for batch in batches:
            groups = batch["group"].to_pylist()
            clusters = [merged.get(group, group) for group in groups]
            writer.write_batch(pa.record_batch([pa.array(clusters, pa.string())], schema=schema))
            if merged:
                result.add(clusters, batch, set(merged.values()))
    return {
        "exact": len(np.unique(exact[0])),
        "near": len(np.setdiff1d(near[0], exact[0])),
        "repeated": [
            {"records": len(rows), "ids": [ids[row] for row in rows[:EXAMPLES].tolist()]} for rows in repeated
        ],
        **result.info(merged),
    }


class Copies:
    """Rows with their hashes, 16 bytes each, to find those with the same bytes."""

    def __init__(self) -> None:
        self._rows, self._keys = [np.empty(0, int)], [np.empty(0, WORD)]

    def add(self, hashes: pa.Array, start: int) -> None:
        """Take in SHA-256 of the next rows, the first of them number `start`; null = there is nothing."""
        rows = np.flatnonzero(hashes.is_valid().to_numpy(zero_copy_only=False))
        self._rows.append(rows + start)
        self._keys.append(_bits(hashes.take(pa.array(rows)), 32)[:, :8].copy().view(WORD)[:, 0])

    def exact(self) -> Pairs:
        """Pairs of rows that are the same, byte by byte."""
        return _same(np.concatenate(self._rows), np.concatenate(self._keys))


class Pictures:
    """What is known of the pictures of a data set, 48 bytes each, to find those that belong together."""

    def __init__(self) -> None:
        self._total = 0
        self._rows, self._exact = [np.empty(0, int)], [np.empty(0, WORD)]
        self._near = [np.empty((0, BITS // 8), np.uint8)]

    def add(self, exact: pa.Array, near: pa.Array) -> None:
        """Take in the columns `sha256` and `phash` of the next rows."""
        rows = np.flatnonzero(exact.is_valid().to_numpy(zero_copy_only=False))
        self._rows.append(rows + self._total)
        self._total += len(exact)
        exact, near = exact.take(pa.array(rows)), near.take(pa.array(rows)).fill_null("00" * (BITS // 8))
        self._exact.append(_bits(exact, 32)[:, :8].copy().view(WORD)[:, 0])
        self._near.append(_bits(near, BITS // 8))

    def exact(self) -> Pairs:
        """Pairs of rows with the same picture, byte by byte."""
        return _same(np.concatenate(self._rows), np.concatenate(self._exact))

    def repeated(self, most: int) -> list[np.ndarray]:
        """Rows of the pictures that occur most often, byte by byte: often a placeholder for a missing one."""
        rows, keys = np.concatenate(self._rows), np.concatenate(self._exact)
        kinds, counts = np.unique(keys, return_counts=True)
        often = [place for place in np.argsort(-counts, kind="stable")[:most] if counts[place] > 1]
        return [rows[keys == kinds[place]] for place in often]

    def near(self, distance: int) -> Pairs:
        """Pairs of rows whose pictures look nearly the same.

        Every pair that differs in fewer than 16 bits is found; of those with more, up to `distance`, nearly every one.
        """
        rows, hashes = np.concatenate(self._rows), np.concatenate(self._near)
        told = hashes.any(axis=1)  # not blank
        rows, hashes = rows[told], hashes[told]
        keys = hashes.view(f"V{BITS // 8}")[:, 0]
        same = _same(rows, keys)
        first = np.unique(keys, return_index=True)[1]
        return _joined([same, *_close(rows[first], hashes[first], distance)])


def _joined(results: Sequence[Pairs]) -> Pairs:
    left, right = zip(*results, strict=True)
    return np.concatenate(left), np.concatenate(right)


def _bits(column: pa.Array, width: int) -> np.ndarray:
    return np.frombuffer(bytes.fromhex("".join(column.to_pylist())), np.uint8).reshape(-1, width)


def _same(rows: np.ndarray, keys: np.ndarray) -> Pairs:
    """Each row whose key is there before, with the first row of this key."""
    _, first, of = np.unique(keys, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[of] != np.arange(len(of)))
    return rows[again], rows[first[of[again]]]


def _close(rows: np.ndarray, hashes: np.ndarray, distance: int) -> Iterator[Pairs]:
    """Compare those that share a band of 16 bits (locality-sensitive hashing, Indyk and Motwani 1998)."""
    bands = hashes.view(BAND)
    for band in range(bands.shape[1]):
        order = np.argsort(bands[:, band], kind="stable")
        keys, words, sorted_rows = bands[order, band], hashes[order].view(WORD), rows[order]
        left = np.arange(len(order))
        for step in count(1):
            left = left[left + step < len(order)]
            left = left[keys[left] == keys[left + step]]
            if not len(left):
                break
            for block in np.split(left, range(BLOCK, len(left), BLOCK)):
                differing = np.bitwise_count(words[block] ^ words[block + step]).sum(axis=1)
                close = block[differing <= distance]
                yield sorted_rows[close], sorted_rows[close + step]


def merge(pairs: Pairs, groups: Mapping[int, str]) -> dict[str, str]:
    """Group -> cluster, for the groups that are joined with another one.

    Args:
        pairs: rows that belong together.
        groups: row -> group of these rows.
    """
    ends = [[groups[row] for row in rows.tolist()] for rows in pairs]
    names = sorted({*ends[0], *ends[1]})
    code = {name: index for index, name in enumerate(names)}
    left, right = ([code[name] for name in end] for end in ends)
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(len(names), len(names)))
    component = connected_components(graph, directed=False)[1].tolist() if names else []
    sizes = Counter(component)
    first: dict[int, str] = {}
    for name, number in zip(names, component, strict=True):
        first.setdefault(number, name)
    return {name: first[number] for name, number in zip(names, component, strict=True) if sizes[number] > 1}


def _at(batches: Batches, column: str, rows: np.ndarray) -> dict[int, str]:
    """Row -> value of a column, for some rows in ascending order."""
    results: dict[int, str] = {}
    start = 0
    for batch in batches:
        size = len(batch[column])
        inside = rows[np.searchsorted(rows, start) : np.searchsorted(rows, start + size)]
        results |= zip(inside.tolist(), batch[column].take(pa.array(inside - start)).to_pylist(), strict=True)
        start += size
    return results


class _Found:
    """Counts the records of merged clusters."""

    def __init__(self) -> None:
        self._records: Counter[str] = Counter()
        self._splits: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._ids: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, clusters: list[str], batch: Mapping[str, pa.Array], merged: set[str]) -> None:
        rows = zip(clusters, batch["id"].to_pylist(), batch["split"].to_pylist(), strict=True)
        for cluster, identity, split in rows:
            if cluster in merged:
                self._records[cluster] += 1
                self._splits[cluster].update([split] if split else [])
                if len(self._ids[cluster]) < EXAMPLES:
                    self._ids[cluster].append(identity)

    def info(self, merged: Mapping[str, str]) -> dict[str, Any]:
        groups = Counter(merged.values())
        cut = [cluster for cluster in self._records if len(self._splits[cluster]) > 1]
        return {
            "clusters": len(groups),
            "groups": len(merged),
            "records": self._records.total(),
            "largest": [self._one(name, groups[name]) for name, _ in self._records.most_common(EXAMPLES)],
            "cut": len(cut),
            "cut_examples": [self._one(name, groups[name]) for name in cut[:EXAMPLES]],
        }

    def _one(self, name: str, groups: int) -> dict[str, Any]:
        facts = {"records": self._records[name], "groups": groups, "splits": dict(self._splits[name])}
        return {"cluster": name, **facts, "ids": self._ids[name]}
