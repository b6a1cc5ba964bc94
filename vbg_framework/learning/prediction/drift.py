"""Whether records to predict are like those that a model was tested on: their words, their pictures, their classes.

Each of three statistics has a value per record: the share of its words that no training text has, the distance of its
picture to the nearest training picture, and its class. Those of new records are compared with those of the held-out
records by a permutation test: a false alarm comes at most as often as `ALPHA` says where both are drawn alike.
Source: Good, Permutation, Parametric and Bootstrap Tests of Hypotheses (2005), chapter 3.
"""

from __future__ import annotations

import hashlib
import heapq
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from PIL import Image
from safetensors.numpy import load_file, save_file

from vbg_framework.base.publication import written
from vbg_framework.contracts.record import Task

FILE = "drift.safetensors"
ALPHA = 0.005
"""Share of false alarms per statistic."""
ROUNDS = 2000
MOST = 1000
"""Records of each side that are compared."""
HELD = 4_000_000  # values of divisions that are in memory at once
LEAST = 20
"""Records with a value that both sides need."""
NEIGHBOURS = 500  # training pictures that stand for all
GRID = 6  # parts of a picture along each side
WORD = re.compile(r"[^\W_]{2,}")
UNSEEN, DISTANCE, CLASSES = "unseen", "distance", "classes_"


class Readable(Protocol):
    """Items of which one modality can be read by itself, such as `Items`."""

    modalities: Any

    def __len__(self) -> int: ...

    def read(self, modality: str, index: int) -> Any:
        """The item of one modality, None = there is none."""


def write_reference(folder: Path, train: Readable, held_out: Readable, chosen: Mapping[str, np.ndarray]) -> None:
    """Write what new records are compared with into a model's folder.

    Args:
        folder: of the model.
        train: the items it learnt from.
        held_out: the items it was tested on.
        chosen: task -> (n, C) bool, the classes that the model gives to the held-out items.
    """
    place = _some(len(held_out), MOST)
    texts = (_codes(_read(train, "text", row)) for row in _some(len(train), 10 * MOST))
    words = np.unique(np.concatenate([np.zeros(0, np.uint32), *texts]))
    looks = (described(_read(train, "image", row)) for row in _some(len(train), NEIGHBOURS))
    pictures = [look for look in looks if look is not None]
    near = np.asarray(pictures, np.float32).reshape(len(pictures), GRID * GRID * 3)
    spread = near.std(0) + 0.01 if len(near) else np.ones(GRID * GRID * 3, np.float32)
    rows = ({each: _read(held_out, each, row) for each in ("text", "image")} for row in place)
    values = [_values(row, words, near, spread) for row in rows]
    arrays: dict[str, Any] = {"words": words, "near": near, "spread": spread}
    arrays |= {name: np.array([each[name] for each in values], np.float32) for name in (UNSEEN, DISTANCE)}
    arrays |= {CLASSES + task: np.asarray(result)[place] for task, result in chosen.items()}
    folder.mkdir(parents=True, exist_ok=True)
    with written(folder / FILE) as partial:
        save_file({name: np.ascontiguousarray(each) for name, each in arrays.items()}, str(partial))


class Drift:
    """Compares the records that a model is asked about with those that it was tested on; in constant memory.

    Args:
        folder: of the model; one of an earlier version has no reference, and nothing is compared.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / FILE
        self._known: dict[str, np.ndarray] = {}
        if path.is_file():
            self._known = load_file(path)
        self._held: list[tuple[int, int, dict[str, Any]]] = []  # those with the smallest hashes, whatever their order
        self._looked: list[int] = []
        self._count = 0

    def look(self, name: str, inputs: Mapping[str, Any]) -> dict[str, float]:
        """What is compared of a record; nothing if it cannot be among those that are held in the end.

        Of records that several processes look at, each looks at those it would hold by itself, which are enough.

        Args:
            name: its id.
            inputs: what the model read of it.
        """
        rank = _rank(name)
        if not self._known or (len(self._looked) == MOST and rank < self._looked[0]):
            return {}
        (heapq.heappushpop if len(self._looked) == MOST else heapq.heappush)(self._looked, rank)
        return _values(inputs, *(self._known[key] for key in ("words", "near", "spread")))

    def add(self, name: str, traits: Mapping[str, float], classes: Mapping[str, Sequence[bool]]) -> None:
        """Take a record in.

        Args:
            name: its id.
            traits: what `look` said of it.
            classes: task -> whether each class was given.
        """
        rank = _rank(name)
        self._count += 1
        if not self._known or (len(self._held) == MOST and rank < self._held[0][0]):
            return
        results = {**traits, **{CLASSES + task: np.asarray(given) for task, given in classes.items()}}
        push = heapq.heappushpop if len(self._held) == MOST else heapq.heappush
        push(self._held, (rank, self._count, results))

    def notes(self) -> Iterator[str]:
        """What is unlike, in sentences."""
        for name in [UNSEEN, DISTANCE, *(key for key in self._known if key.startswith(CLASSES))]:
            before = self._known.get(name, np.zeros(0))
            now = np.array(
                [result[name] for _, _, result in sorted(self._held, key=lambda each: each[:2]) if name in result]
            )
            if name.startswith(CLASSES) and (len(before) < LEAST or now.shape[1:] != before.shape[1:]):
                continue
            before, now = (each[~np.isnan(each)] if each.ndim == 1 else each for each in (before, now))
            if min(len(before), len(now)) >= LEAST and p_value(before, now) <= ALPHA:
                yield _sentence(name, before, now)


def p_value(before: np.ndarray, now: np.ndarray) -> float:
    """How often records that are divided by chance differ as much: in the mean if it grew, or in the shares of classes.

    Args:
        before: (m,) values, or (m, C) classes given.
        now: (n,) or (n, C), likewise.
    """
    both = np.concatenate([before, now]).astype(np.float64)
    both = both[:, None] if both.ndim == 1 else both
    draw, rows = np.random.default_rng(0), len(before)
    least = _apart(both, both[:rows].sum(0)[None], rows)[0] - 1e-12
    some = max(1, HELD // both.size)
    result = 0
    for start in range(0, ROUNDS, some):
        keys = draw.random((min(some, ROUNDS - start), len(both)))
        first = np.argpartition(keys, rows - 1, axis=1)[:, :rows]
        result += int((_apart(both, both[first].sum(1), rows) >= least).sum())
    return (result + 1) / (ROUNDS + 1)


def given(task: Task, result: np.ndarray) -> np.ndarray:
    """(n, C) bool: the classes that (n, C) probabilities stand for."""
    return result >= 0.5 if task.multi_label else np.eye(len(task.classes), dtype=bool)[result.argmax(1)]


def described(image: Any) -> np.ndarray | None:
    """(108,) float32 in 0 to 1: the colours of 6 x 6 parts of a picture; None = it is none."""
    if not isinstance(image, Image.Image):
        return None
    small = image.convert("RGB").resize((GRID, GRID), Image.Resampling.BOX)
    return (np.asarray(small, np.float32) / 255).ravel()


def _rank(name: str) -> int:
    """A number that the smallest hash has the largest of."""
    return -int.from_bytes(hashlib.sha256(name.encode(errors="replace")).digest()[:8], "big")


def _apart(both: np.ndarray, first: np.ndarray, rows: int) -> np.ndarray:
    """How far the other rows lie above the first; of several columns, half the sum of what their means differ.

    Args:
        both: (N, C) values.
        first: (R, C), their sums over the first rows of R divisions.
        rows: how many the first are.
    """
    difference: np.ndarray = (both.sum(0) - first) / (len(both) - rows) - first / rows
    return difference[:, 0] if both.shape[1] == 1 else np.abs(difference).sum(1) / 2


def _values(inputs: Mapping[str, Any], words: np.ndarray, near: np.ndarray, spread: np.ndarray) -> dict[str, float]:
    codes, picture = _codes(inputs.get("text")), described(inputs.get("image"))
    unseen = float(np.mean(~_known(codes, words))) if len(codes) else float("nan")
    distance = float("nan")
    if picture is not None and len(near):
        distance = float(np.sqrt((((near - picture) / spread) ** 2).mean(1)).min())
    return {UNSEEN: unseen, DISTANCE: distance}


def _known(codes: np.ndarray, words: np.ndarray) -> np.ndarray:
    """(k,) bool: which codes are among the words, which are sorted; `np.isin` would sort them for every record."""
    place = np.minimum(np.searchsorted(words, codes), max(0, len(words) - 1))
    result: np.ndarray = words[place] == codes if len(words) else np.zeros(len(codes), bool)
    return result


def _codes(text: Any) -> np.ndarray:
    words = WORD.findall(text.lower()) if isinstance(text, str) else []
    return np.array([zlib.crc32(word.encode(errors="replace")) for word in words], np.uint32)


def _some(count: int, most: int) -> list[int]:
    """Evenly spaced places, at most `most`."""
    return np.unique(np.linspace(0, max(0, count - 1), min(count, most)).round().astype(int)).tolist()


def _read(items: Readable, modality: str, row: int) -> Any:
    return items.read(modality, row) if modality in items.modalities else None


def _sentence(name: str, before: np.ndarray, now: np.ndarray) -> str:
    if name == UNSEEN:
        return f"{now.mean():.0%} of the words per record are in no training text, {before.mean():.0%} in the test."
    if name == DISTANCE:
        ratio = now.mean() / max(before.mean(), 1e-6)
        return f"pictures are {ratio:.1f} times as far from those it learnt from as in the test."
    return f"the classes of {name.removeprefix(CLASSES)} come in other shares than in the test."
