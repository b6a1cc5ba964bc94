"""All records of a data set in columns, in memory: what the pages search, filter and show. n records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array

from vbg_framework.contracts.record import SPLITS, Task
from vbg_framework.data.loading.items import Items
from vbg_framework.data.preparation.columns import META, TEXT, VIEW_OF
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.learning.prediction.by_record import places_of_records
from vbg_framework.ui.catalogue import Catalogue
from vbg_framework.ui.labels import Labels

LEFT_OUT = "left out"
PARTS = (*SPLITS, LEFT_OUT)


class Collection(Catalogue):
    """Records by place: 0 to n - 1, in the order of their ids. Several pictures of one record are its views.

    Args:
        prepared: the data set.
        tasks: whose labels are shown.
        parts: (rows of the table,) a number into `PARTS` each.

    Attributes:
        ids: of the n records.
        rows: (n,) where the first view of each stands in the table.
        views: n lists of rows of the table.
        parts: (n,) a number into `PARTS` each.
        missing: modality -> (n,) whether no view of the record has it.
        labels: task -> `Labels`.
    """

    def __init__(self, prepared: Prepared, tasks: Sequence[Task], parts: np.ndarray) -> None:
        self.prepared = prepared
        self.views = _views(prepared)
        self.rows = np.array([rows[0] for rows in self.views], int)
        named = self._column(VIEW_OF if VIEW_OF in prepared.table.column_names else "id")
        ids: list[str] = pc.coalesce(named, self._column("id")).to_pylist()
        missing = {name: ~self._any(prepared.has(name, _fields(prepared, name))) for name in prepared.modalities}
        labels = {t.name: Labels.unanswered(t, csr_array(prepared.labels(t))[self.rows]) for t in tasks}
        super().__init__(ids, parts[self.rows], missing, labels, self._searched(ids))

    @property
    def tasks(self) -> list[Task]:
        """The questions."""
        return [labels.task for labels in self.labels.values()]

    def part(self, place: int) -> str:
        """The part of the split that a record lies in."""
        return PARTS[self.parts[place]]

    def texts(self, place: int) -> dict[str, str]:
        """Field -> text of a record."""
        return self._fields(place, TEXT, self.prepared.text_fields)

    def metadata(self, place: int) -> dict[str, Any]:
        """Field -> value of a record."""
        return self._fields(place, META, self.prepared.metadata_fields)

    def cell(self, column: str, row: int) -> Any:
        """One value of the table of the data set; None = missing, or there is no such column."""
        table = self.prepared.table.data
        return table.column(column)[row].as_py() if column in table.column_names else None

    def _fields(self, place: int, prefix: str, names: Sequence[str]) -> dict[str, Any]:
        values = {name: self.cell(prefix + name, int(self.rows[place])) for name in names}
        return {name: value for name, value in values.items() if value is not None}

    def _column(self, name: str) -> pa.Array:
        return self.prepared.table.data.column(name).take(pa.array(self.rows)).combine_chunks()

    def _any(self, there: np.ndarray) -> np.ndarray:
        starts = np.cumsum([0, *(len(rows) for rows in self.views[:-1])])
        return np.logical_or.reduceat(there[np.concatenate(self.views)], starts)

    def _searched(self, ids: list[str]) -> pa.Array:
        names = [TEXT + name for name in self.prepared.text_fields]
        names += [META + name for name in self.prepared.metadata_fields]
        columns = [pc.fill_null(pc.cast(self._column(name), pa.string()), "") for name in names]
        return pc.binary_join_element_wise(pa.array(ids), *columns, " ")


def parts_of(prepared: Prepared, rows: Mapping[str, np.ndarray]) -> np.ndarray:
    """(rows of the table,) a number into `PARTS`, from part -> its rows."""
    result = np.full(len(prepared.table), PARTS.index(LEFT_OUT))
    for name, chosen in rows.items():
        result[chosen] = PARTS.index(name)
    return result


def _fields(prepared: Prepared, modality: str) -> Sequence[str]:
    return {"text": prepared.text_fields, "metadata": prepared.metadata_fields}.get(modality, ())


def _views(prepared: Prepared) -> list[list[int]]:
    """The rows of each record, in the order of its id."""
    items = Items(prepared, tasks=(), modalities=())
    names, order = items.records, prepared.order
    places = sorted(places_of_records(items), key=lambda each: names[each[0]])
    return [order[each].tolist() for each in places]
