"""What somebody asks of a collection, as it stands in the address of a page. n records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import numpy as np

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.ui.collection import PARTS, Collection
from vbg_framework.ui.disagreement import Disagreement
from vbg_framework.ui.plane import Plane, read_area
from vbg_framework.ui.rival import CHANGES, Rival

PAGE = 60  # records
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


@dataclass(frozen=True)
class Query:
    """Search, filters and order; what is empty filters nothing.

    Args:
        q: words that a record must hold.
        task: the one that the next six are about; "" = the first.
        true, predicted: classes.
        least, most: confidence in per cent.
        wrong, doubted: "yes" = those alone.
        apart: "yes" = those alone whose inputs lead to different classes, see `Disagreement`.
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
    wrong: str = ""
    doubted: str = ""
    apart: str = ""
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
        known = {"true": classes, "predicted": classes, "part": PARTS, "sort": SORTS, "change": CHANGES}
        for name, values in known.items():
            _known(name, getattr(query, name), values)
        if query.change and not query.other:
            raise VBGError("change", f"'{query.change}' needs another run", "Name it: other=EXPERIMENT/ID.")
        _known("missing", query.missing, collection.missing)
        for name in ("least", "most"):
            _number(name, kept, 0, 100)
        if query.area:
            read_area(query.area)
        return query

    @property
    def needs_doubts(self) -> bool:
        """Whether labels to doubt must be known first."""
        return bool(self.doubted) or self.sort == "doubt"

    def address(self, **changes: Any) -> str:
        """The words of the address, with some changed."""
        return "?" + urlencode([(name, value) for name, value in asdict(replace(self, **changes)).items() if value])

    def found(
        self, collection: Collection, doubted: Doubted | None = None, rival: Rival | None = None,
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
        if self.apart and self.task and disagreement:
            kept &= disagreement.of(self.task)
        if self.change and self.task and rival:
            kept &= rival.chosen(self.task, self.change)
        return self._sorted(np.flatnonzero(kept), collection, doubted)

    def _of_task(self, kept: np.ndarray, collection: Collection) -> None:
        labels = collection.labels[self.task]
        for kind, name in (("truth", self.true), ("predicted", self.predicted)):
            if name:
                kept &= labels.has(kind, name)
        if self.wrong:
            kept &= labels.wrong
        if self.least or self.most:
            low, high = float(self.least or 0) / 100, float(self.most or 100) / 100
            with np.errstate(invalid="ignore"):  # NaN = no answer, which is neither
                kept &= (labels.confidence >= low) & (labels.confidence <= high)

    def _sorted(self, places: np.ndarray, collection: Collection, doubted: Doubted | None) -> np.ndarray:
        if self.sort == "doubt" and doubted:
            keys = doubted.probabilities - 2 * doubted.flagged  # those to look at come first
        elif self.sort in ("unsure", "sure") and self.task:
            keys = collection.labels[self.task].confidence * (1 if self.sort == "unsure" else -1)
        else:
            return places
        return places[np.argsort(keys[places], kind="stable")]


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
