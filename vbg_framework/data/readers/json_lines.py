"""Rows of a JSON Lines file: one object per line, its keys matched like the header of a table."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from vbg_framework.data.catalogue.spelling import folded, spelt
from vbg_framework.data.readers.broken import Broken
from vbg_framework.data.readers.lines import TOO_LONG, is_text, open_lines
from vbg_framework.data.readers.nested import inside, paths

MOST_KEYS = 10_000  # of an object: a table has no more columns
PEEK = 1000  # there is no header: these rows say which columns there are


@dataclass(frozen=True)
class JsonLines:
    """One file. A key that is absent, `null` or `NaN` is a missing value.

    Args:
        path: the file.
        encoding: as Python calls it; None = told from the bytes.
    """

    path: Path
    encoding: str | None = None

    def columns(self, rows: int | None = PEEK) -> list[str]:
        """The keys of the first `rows` lines, None = of all, in the order in which they are first seen."""
        return list(dict.fromkeys(key for row in self._objects(rows) for key in row))

    def every(self) -> list[str]:
        """The keys of all lines, and the paths of the values inside their values, see `nested`."""
        return list(dict.fromkeys(key for row in self._objects(None) for key in (*row, *paths(row))))

    def rows(self, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, Any] | str]]:
        """Yield (line, key -> value with all `columns`, or why there is no row)."""
        others = self._others(columns)
        for number, row in self.items():
            yield number, row if isinstance(row, str) else _row(row, columns, others)

    def items(self) -> Iterator[tuple[int, dict[str, Any] | str]]:
        """Yield (line, the object as it stands there, or why it is none)."""
        with open_lines(self.path, self.encoding) as lines:
            for number, line in enumerate(lines, 1):
                if line is None:
                    yield number, TOO_LONG
                elif line.strip():
                    yield number, _parsed(line)

    def advice(self, names: Sequence[str]) -> str:
        """Nothing: there is no header to look for."""
        return ""

    def _objects(self, rows: int | None) -> Iterator[dict[str, Any]]:
        return (row for _, row in islice(self.rows(()), rows) if isinstance(row, dict))

    def _others(self, columns: Sequence[str]) -> set[str]:
        """Keys that differ from a column in their spelling only, and stand beside it: other columns."""
        forms = {folded(column): column for column in columns}
        results: set[str] = set()
        for row in self._objects(PEEK) if columns else ():
            results.update(key for key in row if (meant := forms.get(folded(key), key)) != key and meant in row)
        return results


class _Twice(dict[str, Any]):
    """An object in which keys have several values.

    Attributes:
        keys_twice: those keys.
    """

    keys_twice: set[str]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MOST_KEYS:
        raise ValueError(f"an object has more than {MOST_KEYS:,} keys")
    results = dict(pairs)
    if len(results) == len(pairs):
        return results
    twice = _Twice(results)
    twice.keys_twice = {key for key, value in pairs if value != results[key]}
    return twice


def _constant(name: str) -> float | None:
    return None if name == "NaN" else float(name)


DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _parsed(line: str) -> dict[str, Any] | str:
    if not is_text(line):
        return "line is not UTF-8"
    try:
        row = DECODER.decode(line.strip("\ufeff \t\r\n"))
    except (ValueError, RecursionError) as error:
        return f"line is not JSON, got {error}"
    return row if isinstance(row, dict) else f"line is not a JSON object, got {type(row).__name__}"


def _row(row: dict[str, Any], columns: Sequence[str], others: set[str]) -> dict[str, Any] | str:
    """The row with all columns under their names, or what is wrong with one of them."""
    results: dict[str, Any] = {}
    for column in columns:
        keys = [column] if column in row else [key for key in spelt(column, row) if key not in others]
        if len(keys) > 1 or (isinstance(row, _Twice) and row.keys_twice.intersection(keys)):
            return Broken(f"key '{column}' is there more than once, got {', '.join(keys)}", row)
        results[column] = row[keys[0]] if keys else inside(row, column)
        if flaw := _flaw(results[column]):
            return Broken(f"column '{column}' {flaw}", row)
    return {**row, **results}


def _flaw(value: Any) -> str:
    """What makes a value unusable, however deep it stands; "" = nothing."""
    values = [value]
    while values:
        one = values.pop()
        if isinstance(one, str) and not is_text(one):
            return f"holds half a character (a surrogate), got {one[:40]!r}"
        if isinstance(one, float) and math.isinf(one):
            return f"is not a finite number, got {one}"
        values += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return ""
