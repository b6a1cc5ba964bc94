"""What somebody asks of a collection, as it stands in the address of a page. n records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.ui.catalogue import Catalogue
from vbg_framework.ui.collection import PARTS, Collection
from vbg_framework.ui.disagreement import Disagreement
from vbg_framework.ui.plane import Plane, read_area
from vbg_framework.ui.rival import CHANGES, Rival

PAGE = 60  # records
ORIGINS = ("generated",)
SORTS = {
    "": "by id", "unsure": "least confident first", "sure": "most confident first", "doubt": "most doubtful label first"
}  # fmt: skip


@dataclass(frozen=True)
class Doubted:
    """What is known of the labels of one task that are to be doubted.

    Args:
        flagged: (n,) whether a label is to be looked at.
        probabilities: (n,) of the label; NaN = not known.
    """

    flagged: np.ndarray
    probabilities: np.ndarray

    def between(self, least: str, most: str) -> np.ndarray:
        """(n,) whether the doubt, which is 100 less the probability of the label in per cent, lies within."""
        return _within(1 - self.probabilities, least, most)


@dataclass(frozen=True)
class Query:
    """Search, filters and order; what is empty filters nothing.

    Args:
        q: words that a record must hold.
        task: the one that the next eight are about; "" = the first.
        true, predicted: classes.
        least, most: confidence in per cent.
        doubt_least, doubt_most: doubt in per cent, see `Doubted.between`.
        wrong, doubted: "yes" = those alone.
        apart: "yes" = those alone whose inputs lead to different classes, see `Disagreement`.
        origin: one of `ORIGINS`; "" = real.
        part: of the split.
        missing: a modality that the record lacks.
        area: of the map, see `read_area`.
        other: the run beside the one that is open; it filters nothing by itself.
        change: how the answers of the two differ, a key of `CHANGES`.
        sort: a key of `SORTS`.
        page: from 1.
    """

    q: str = ""
    task: str = ""
    true: str = ""
    predicted: str = ""
    least: str = ""
    most: str = ""
    doubt_least: str = ""
    doubt_most: str = ""
    wrong: str = ""
    doubted: str = ""
    apart: str = ""
    origin: str = ""
    part: str = ""
    missing: str = ""
    area: str = ""
    other: str = ""
    change: str = ""
    sort: str = ""
    page: int = field(default=1)

    @classmethod
    def read(cls, given: Mapping[str, str], collection: Collection) -> Query:
        """From the words of an address, all of which anybody may have written.

        Raises:
            VBGError: a class, task, part, modality or number that is none.
        """
        kept: dict[str, Any] = {
            name: given[name].strip() for name in cls.__dataclass_fields__ if given.get(name, "").strip()
        }
        names = [*collection.labels]
        query = cls(**{"task": names[0] if names else "", **kept, "page": int(_number("page", kept, 1, 10**9) or 1)})
        _known("task", query.task, names)
        classes = collection.labels[query.task].task.classes if names else ()
        known = {
            "true": classes,
            "predicted": classes,
            "origin": ORIGINS,
            "part": PARTS,
            "sort": SORTS,
            "change": CHANGES,
        }
        for name, values in known.items():
            _known(name, getattr(query, name), values)
        if query.change and not query.other:
            raise VBGError("change", f"'{query.change}' needs another run", "Name it: other=EXPERIMENT/ID.")
        _known("missing", query.missing, collection.missing)
        for name in ("least", "most", "doubt_least", "doubt_most"):
            _number(name, kept, 0, 100)
        if query.area:
            read_area(query.area)
        return query

    @property
    def needs_doubts(self) -> bool:
        """Whether labels to doubt must be known first."""
        return bool(self.doubted or self.doubt_least or self.doubt_most) or self.sort == "doubt"

    @property
    def of_real(self) -> bool:
        """Whether it asks for what only real records have, beside answers."""
        return bool(self.doubted or self.doubt_least or self.doubt_most or self.apart or self.area or self.change)

    def address(self, **changes: Any) -> str:
        """The words of the address, with some changed."""
        return "?" + urlencode([(name, value) for name, value in asdict(replace(self, **changes)).items() if value])

    def found(
        self, collection: Catalogue, doubted: Doubted | None = None, rival: Rival | None = None,
        plane: Plane | None = None, disagreement: Disagreement | None = None,
    ) -> np.ndarray:  # fmt: skip
        """The places of the records that are asked for, in order; `rival` is the run that `other` names."""
        kept = collection.with_words(self.q) if self.q else np.ones(len(collection), bool)
        if self.part:
            kept &= collection.parts == PARTS.index(self.part)
        if self.missing:
            kept &= collection.missing[self.missing]
        if self.area and plane:
            kept &= plane.within(read_area(self.area))
        if self.task:
            self._of_task(kept, collection)
        if self.doubted and doubted:
            kept &= doubted.flagged
        if (self.doubt_least or self.doubt_most) and doubted:
            kept &= doubted.between(self.doubt_least, self.doubt_most)
        if self.apart and self.task and disagreement:
            kept &= disagreement.of(self.task)
        if self.change and self.task and rival:
            kept &= rival.chosen(self.task, self.change)
        return self._sorted(np.flatnonzero(kept), collection, doubted)

    def _of_task(self, kept: np.ndarray, collection: Catalogue) -> None:
        labels = collection.labels[self.task]
        for kind, name in (("truth", self.true), ("predicted", self.predicted)):
            if name:
                kept &= labels.has(kind, name)
        if self.wrong:
            kept &= labels.wrong
        if self.least or self.most:
            kept &= _within(labels.confidence, self.least, self.most)

    def _sorted(self, places: np.ndarray, collection: Catalogue, doubted: Doubted | None) -> np.ndarray:
        if self.sort == "doubt" and doubted:
            keys = doubted.probabilities - 2 * doubted.flagged  # those to look at come first
        elif self.sort in ("unsure", "sure") and self.task:
            keys = collection.labels[self.task].confidence * (1 if self.sort == "unsure" else -1)
        else:
            return places
        return places[np.argsort(keys[places], kind="stable")]


def _within(values: np.ndarray, least: str, most: str) -> np.ndarray:
    """(n,) whether shares lie between two numbers in per cent; NaN = unknown, which does not."""
    with np.errstate(invalid="ignore"):
        return np.asarray((values >= float(least or 0) / 100) & (values <= float(most or 100) / 100))


def _known(name: str, value: str, known: Any) -> None:
    if value and value not in known:
        raise VBGError(name, f"nobody knows '{value}'", did_you_mean(value, filter(None, known)))


def _number(name: str, given: Mapping[str, str], low: float, high: float) -> float | None:
    if name not in given:
        return None
    try:
        value = float(given[name])
    except ValueError:
        value = np.nan
    if not low <= value <= high:
        raise VBGError(name, f"must be a number from {low} to {high}, got '{given[name]}'", "Correct the address.")
    return value
