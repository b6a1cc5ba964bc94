"""Modalities that break one promise each."""

import os
import threading

import good
import numpy as np
from mutants import BROKEN, breaks

from vbg_framework import Component, Modality


class Grid(Modality):
    """Rows of four small numbers, as text."""

    def store(self, value):
        if isinstance(value, bytes):
            value = np.array([[int(cell) for cell in line.split(b" ")] for line in value.split(b"\n")])
        if not isinstance(value, np.ndarray) or value.ndim != 2:
            raise ValueError("a grid is rows of numbers")
        return b"\n".join(b" ".join(str(cell).encode() for cell in row) for row in value.tolist())

    def open(self, stored):
        return np.array([[int(cell) for cell in line.split(b" ")] for line in stored.split(b"\n")])

    def example(self, number):
        return np.random.default_rng(number).integers(0, 100, (3, 4))


@breaks("examples_are_stored", "1")
class OneExample(Grid):
    def example(self, number):
        return np.ones((2, 2), int)


@breaks("stored_bytes_stay", "other bytes")
class CountsOn(Grid):
    def store(self, value):
        return super().store(super().open(value) + 1 if isinstance(value, bytes) else value)


@breaks("storing_is_repeatable", "others of")
class Stamped(Grid):
    def __init__(self, config):
        super().__init__(config)
        self.drawn = int.from_bytes(os.urandom(4))

    def store(self, value):
        if isinstance(value, bytes):
            return super().store(value)
        return super().store(np.vstack([value, np.full((1, 4), self.drawn)]))


@breaks("useless_values_are_refused", "b''")
class TakesAll(Grid):
    def store(self, value):
        return value if isinstance(value, bytes) else super().store(value)


@breaks("values_stay", "another one")
class InPlace(Grid):
    def store(self, value):
        kept = super().store(value)
        if isinstance(value, np.ndarray):
            value[:] = 0
        return kept


@breaks("picture_is_rgb", "[[")
class ShowsNumbers(Grid):
    def picture(self, item):
        return item


@breaks("name_and_suffixes_are_usable", "GRID")
class Loud(Grid):
    suffixes = ("GRID",)


@breaks("modality_can_be_pickled", "cannot pickle")
class Locked(Grid):
    def __init__(self, config):
        super().__init__(config)
        self.lock = threading.Lock()


BROKEN.append(
    ("name_and_suffixes_are_usable", Component("modality", "text", good.Small, "broken_modality:Grid"), "text")
)
