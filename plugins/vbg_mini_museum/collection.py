"""The objects of the collection: which class each has in every task, and how a text and its picture share the date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.catalogue import KILN_WORDS, Facts
from vbg_mini_museum.decoration import GLAZES, MOTIFS, ORNAMENTS, ZONES
from vbg_mini_museum.form import FORMS
from vbg_mini_museum.photograph import Appearance

PERIODS = {"Song": "wave", "Ming": "peony", "Tang": "coin", "Yuan": "lozenge"}  # the ornament of each period
CLASSES: dict[str, tuple[str, ...]] = {  # of every task, the commonest first
    "form": tuple(FORMS),
    "kiln": tuple(KILN_WORDS),
    "period": tuple(PERIODS),
    "glaze": tuple(GLAZES),
    "motif": MOTIFS,
}
BLOCK = 40  # objects within which the order of classes is shuffled
DRAW, VIEW, TEXT, CARD = range(4)  # independent random streams


@dataclass(frozen=True)
class Piece:
    """One object.

    Args:
        number: its place in the collection, from 0.
        targets: task -> class.
        look: all that its photographs depend on.
        facts: all that its texts depend on.
        views: how many photographs there are of it.
    """

    number: int
    targets: dict[str, str]
    look: Appearance
    facts: Facts
    views: int


def shares(task: str, tail: float) -> np.ndarray:
    """(C,) probability of each class: a geometric fall, over the ten forms from `tail` to 1."""
    weights = tail ** (-np.arange(len(CLASSES[task])) / (len(CLASSES["form"]) - 1))
    return weights / weights.sum()


def stream(config: MiniMuseumConfig, *names: int) -> np.random.Generator:
    """The generator of one purpose, object and view: no draw depends on how many others were made."""
    return np.random.default_rng((config.seed, *names))


def pieces(config: MiniMuseumConfig) -> Iterator[Piece]:
    """Every object, in order.

    Why a picture alone says nothing about the period. The period k is drawn with probability p(k), the dated zone z
    uniformly and independently, the ornament of k is put in zone z, and the other ornaments in random order in the
    other zones. So each arrangement a of Z ornaments has P(a | k) = sum over z of P(z) P(a | k, z) = 1/Z * 1/(Z-1)!
    = 1/Z!, because exactly one z fits a and k. This does not depend on k, hence P(k | a) = p(k). Why a text alone says
    nothing: P(k | z) = p(k), as z is independent of k. Everything else a picture or text shows is independent of
    (k, z, a). So either alone is best answered with the commonest period, and so is any rule that combines two
    answers given separately; whoever has both reads k off zone z, without error.
    """
    orders = [_classes(config, task) for task in range(len(CLASSES))]
    for number, classes in enumerate(islice(zip(*orders, strict=True), config.objects)):
        yield _piece(config, number, dict(zip(CLASSES, classes, strict=True)))


def _piece(config: MiniMuseumConfig, number: int, targets: dict[str, str]) -> Piece:
    draw = stream(config, DRAW, number)
    zone, wear = int(draw.integers(len(ZONES))), int(draw.integers(3))
    dated = PERIODS[targets["period"]]
    ornaments = [one for one in ORNAMENTS if one != dated]
    draw.shuffle(ornaments)
    ornaments.insert(zone, dated)
    form, glaze, motif = targets["form"], targets["glaze"], targets["motif"]
    look = Appearance(form, glaze, motif, tuple(ornaments), wear, seed=int(draw.integers(2**62)))
    facts = Facts(glaze, motif, targets["kiln"], ZONES[zone], wear)
    return Piece(number, targets, look, facts, views=int(draw.integers(1, config.views + 1)))


def _classes(config: MiniMuseumConfig, task: int) -> Iterator[str]:
    """The class of one object after the other, without end.

    Every beginning of the list has class counts as close to `shares` as whole numbers allow (Webster's method of
    highest averages); the order within each block is shuffled for each task by itself, so tasks are independent.
    """
    name = list(CLASSES)[task]
    weights = shares(name, config.tail)
    counts = np.zeros(len(weights))
    block = 0
    while True:
        chosen = []
        for _ in range(BLOCK):
            chosen.append(int(np.argmax(weights / (2 * counts + 1))))
            counts[chosen[-1]] += 1
        for place in stream(config, DRAW, block, task).permutation(BLOCK):
            yield CLASSES[name][chosen[place]]
        block += 1
