"""The objects of the collection: which class each has in every task, and how its pictures and texts share the date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from vbg_mini_museum import MiniMuseumConfig
from vbg_mini_museum.catalogue import KILN, Facts
from vbg_mini_museum.decoration import GLAZES, MOTIFS, ORNAMENTS, ZONES
from vbg_mini_museum.form import FORMS
from vbg_mini_museum.photograph import Appearance

PERIODS = {"Song": "wave", "Ming": "peony", "Tang": "coin"}  # the ornament of each period
TAILED: dict[str, tuple[str, ...]] = {  # long-tailed tasks; their classes, the commonest first
    "form": tuple(FORMS),
    "kiln": tuple(KILN.words),
    "period": tuple(PERIODS),
    "glaze": tuple(GLAZES),
}
CLASSES = {**TAILED, "zone": ZONES, **dict.fromkeys(ZONES, ORNAMENTS)}  # of every task
BLOCK = 40  # objects within which the order of classes is shuffled
ORDER, OBJECT, PRESENCE, SHOT, TEXT, CARD = range(6)  # purposes of random streams


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
    """(C,) probability of each class of a long-tailed task: a geometric fall, over the ten forms from `tail` to 1."""
    weights = tail ** (-np.arange(len(TAILED[task])) / (len(FORMS) - 1))
    return weights / weights.sum()


def stream(config: MiniMuseumConfig, purpose: int, first: int, second: int) -> np.random.Generator:
    """The generator of one purpose, object and view: no draw depends on how many others were made."""
    return np.random.default_rng((config.seed, purpose, first, second))


def pieces(config: MiniMuseumConfig) -> Iterator[Piece]:
    """Every object, in order.

    Why a picture alone says nothing about the period. The period k is drawn with probability p(k), the dated zone z
    uniformly and independently of it; the ornament of k is put in zone z and the others in random order in the other
    zones. With Z zones and Z ornaments, an arrangement a has P(a | k) = sum over z of P(z) P(a | k, z)
    = 1/Z * 1/(Z-1)! = 1/Z!, because exactly one z fits a and k. That does not depend on k, hence P(k | a) = p(k).
    Why a text alone says nothing: P(k | z) = p(k), as z is independent of k. All else that pictures and texts show is
    independent of (k, z, a). So whoever has one of the two does best to answer the commonest period always, and so
    does any rule that combines two answers given separately. Whoever has both reads k off zone z, without error.
    Where ornaments are `repeated`, the frequent ornament of a picture is a hint at the period.
    """
    orders = [_classes(config, task) for task in range(len(TAILED))]
    for number, classes in enumerate(islice(zip(*orders, strict=True), config.objects)):
        yield _piece(config, number, dict(zip(TAILED, classes, strict=True)))


def _piece(config: MiniMuseumConfig, number: int, targets: dict[str, str]) -> Piece:
    draw = stream(config, OBJECT, number, 0)
    zone, wear = int(draw.integers(len(ZONES))), int(draw.integers(3))
    dated = PERIODS[targets["period"]]
    ornaments = [one for one in ORNAMENTS if one != dated]
    draw.shuffle(ornaments)
    if config.repeated:
        ornaments = [str(one) for one in draw.choice(ORNAMENTS, len(ornaments))]
    ornaments.insert(zone, dated)
    form, glaze, motif = targets["form"], targets["glaze"], MOTIFS[draw.integers(len(MOTIFS))]
    return Piece(
        number=number,
        targets={**targets, "zone": ZONES[zone], **dict(zip(ZONES, ornaments, strict=True))},
        look=Appearance(form, glaze, motif, tuple(ornaments), wear, seed=int(draw.integers(2**62))),
        facts=Facts(glaze, motif, targets["kiln"], ZONES[zone], wear),
        views=int(draw.integers(1, config.views + 1)),
    )


def _classes(config: MiniMuseumConfig, task: int) -> Iterator[str]:
    """The class of one object after the other, without end.

    After every block the counts are as close to `shares` as whole numbers allow (Webster's method of highest
    averages). The order within a block is shuffled for each task by itself, so that tasks are independent.
    """
    classes = list(TAILED.values())[task]
    weights = shares(list(TAILED)[task], config.tail)
    counts = np.zeros(len(weights))
    block = 0
    while True:
        chosen = []
        for _ in range(BLOCK):
            chosen.append(int(np.argmax(weights / (2 * counts + 1))))
            counts[chosen[-1]] += 1
        for place in stream(config, ORDER, block, task).permutation(BLOCK):
            yield classes[chosen[place]]
        block += 1
