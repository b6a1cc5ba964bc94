"""The works of an export, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from vbg_framework import Rejected, VBGError
from vbg_framework.toolkit import Table, did_you_mean, json_list, refuse_pointer

KINDS = (".csv", ".json")
PEEK = 1000  # a JSON file has no header: these works say which fields there are
Work = dict[str, Any]


class Works:
    """Reads data.csv or data.json.

    Args:
        path: the file.
        columns: field -> the column where it stands, where they differ.

    Raises:
        VBGError: the file is none of the two.
    """

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        if not path.is_file() or path.suffix.lower() not in KINDS:
            raise VBGError(str(path), "is not a data.csv or data.json", "Give the path of the export.")
        refuse_pointer(path)
        self.path, self._columns = path, columns

    @cached_property
    def fields(self) -> list[str]:
        """The fields there are; none in a list without works.

        Raises:
            VBGError: the file cannot be read, or lacks a column of `columns`.
        """
        first = islice(json_list(self.path), PEEK)
        known = Table(self.path).columns() if self._is_csv else [k for work in first if _is_work(work) for k in work]
        for column in self._columns.values():
            if known and column not in known:
                raise VBGError(str(self.path), f"no column '{column}'", did_you_mean(column, known))
        return list(dict.fromkeys([*self._columns, *known]))

    def __iter__(self) -> Iterator[tuple[str, Work] | Rejected]:
        """Yield (`file:number`, field -> value with every field), or `Rejected` for what is no work."""
        fields = self.fields
        for row in Table(self.path).rows([]) if self._is_csv else self._objects():
            yield row if isinstance(row, Rejected) else (row[0], self._named(row[1], fields))

    @property
    def _is_csv(self) -> bool:
        return self.path.suffix.lower() == ".csv"

    def _objects(self) -> Iterator[tuple[str, Work] | Rejected]:
        for number, work in enumerate(json_list(self.path), 1):
            source = f"{self.path.name}:{number}"
            if _is_work(work):
                yield source, _plain(work)
            else:
                yield Rejected(source, f"work is not a JSON object, got {type(work).__name__}")

    def _named(self, work: Work, fields: list[str]) -> Work:
        return dict.fromkeys(fields) | work | {field: work.get(column) for field, column in self._columns.items()}


def _is_work(item: Any) -> bool:
    return isinstance(item, dict)


def _plain(work: Work) -> Work:
    """A work of data.json with text and lists of text only: what is nested deeper (images, creators) is left out."""
    return {field: value for field, value in work.items() if not isinstance(value, Mapping) and not _nested(value)}


def _nested(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, Mapping | list) for item in value)
