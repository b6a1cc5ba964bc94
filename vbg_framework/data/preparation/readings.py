"""How the cells of the metadata were read: numbers, words, and numbers that could mean a thousand times as much."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vbg_framework.data.catalogue.cells import Written
from vbg_framework.data.catalogue.number import ambiguous, as_text, decimal_mark, parse_number

EXAMPLES = 3
LONGEST = 40  # characters of a word that is shown
UNIT = "; to have them read as numbers, take the unit out of the cells"
MEASURE = re.compile(r"[-+\u2212]?\d*[.,]?\d+ ?[^\W\d_]{1,4}\.?|[-+\u2212]?\d*[.,]?\d+ ?[\"\u2033%\u00b0]")
"""A number with a unit."""


class Readings:
    """Counts the values of every metadata field.

    Args:
        doubts: what `doubts` returned, to go on from there. The rest can be counted again from the stored rows.
    """

    def __init__(self, doubts: Mapping[str, Any] | None = None) -> None:
        self._fields: dict[str, dict[str, Any]] = {}
        self._doubts: dict[str, dict[str, Any]] = {field: dict(result) for field, result in (doubts or {}).items()}

    def add(self, field: str, value: str | float | None) -> None:
        """Count one value; None = missing."""
        result = self._fields.setdefault(field, {"numbers": 0, "words": 0, "examples": []})
        if value is None:
            return
        if isinstance(value, Written):
            self._doubt(field, value)
        if not isinstance(value, str) or parse_number(value) is not None:
            result["numbers"] += 1
            return
        result["words"] += 1
        word = value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
        if len(result["examples"]) < EXAMPLES and word not in result["examples"]:
            result["examples"].append(word)

    def doubts(self) -> dict[str, dict[str, Any]]:
        """What the stored rows do not tell: how numbers were written. Ready for JSON."""
        return self._doubts

    def info(self, records: int) -> dict[str, dict[str, Any]]:
        """Field -> `numbers`, `words` and some `examples` of these, `missing`, and `doubt`. Ready for JSON.

        `doubt` is there if numbers may be wrong by a factor of 1000 and nothing in the field tells: `values`, how
        many; `written` and `read`, one of them; `decimal`, the mark that would make them the other number.

        Args:
            records: of the data set.
        """
        facts = {}
        for field, result in self._fields.items():
            missing = records - result["numbers"] - result["words"]
            facts[field] = {**result, "missing": missing, **_told(self._doubts.get(field, {}))}
        return facts

    def _doubt(self, field: str, value: Written) -> None:
        result = self._doubts.setdefault(field, {"marks": [], "values": 0})
        mark = decimal_mark(value.text)
        if mark and mark not in result["marks"]:
            result["marks"].append(mark)
        if ambiguous(value.text):
            result["values"] += 1
            result.setdefault("written", value.text)
            result.setdefault("read", float(value))
            result.setdefault("decimal", "," if parse_number(value.text) == value else ".")


def _told(doubt: Mapping[str, Any]) -> dict[str, Any]:
    """The doubt, unless all other numbers of the field bear the reading out."""
    if not doubt.get("values"):
        return {}
    borne_out = doubt["marks"] == [{".": ",", ",": "."}[doubt["decimal"]]]
    return {} if borne_out else {"doubt": {key: doubt[key] for key in ("values", "written", "read", "decimal")}}


def sentence(results: Mapping[str, Any]) -> str:
    """How a field was read, in one line: `38 numbers, 1 word ('approx'), 1 missing`."""
    parts = [_count(results["numbers"], "number")] if results["numbers"] else []
    if results["words"]:
        more = ", ..." if results["words"] > len(results["examples"]) else ""
        parts.append(f"{_count(results['words'], 'word')} ({', '.join(map(repr, results['examples']))}{more})")
    parts += [f"{results['missing']} missing"] if results["missing"] else []
    return f"{', '.join(parts)}{_warning(results.get('doubt'))}{UNIT if _is_measured(results) else ''}"


def sentences(info: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """A line for every field that needs a look: numbers and words, numbers with a unit, and those in doubt."""
    return [
        f"{field}: {sentence(result)}"
        for field, result in info.items()
        if "doubt" in result or (result["numbers"] and result["words"]) or _is_measured(result)
    ]


def _is_measured(results: Mapping[str, Any]) -> bool:
    """Whether the words of a field are numbers with a unit, by its examples."""
    return bool(results["examples"]) and all(map(MEASURE.fullmatch, results["examples"]))


def _warning(doubt: Mapping[str, Any] | None) -> str:
    if doubt is None:
        return ""
    such, are = (
        f"{_count(doubt['values'], 'value')} such as '{doubt['written']}'",
        "is" if doubt["values"] == 1 else "are",
    )
    mark = "," if "," in doubt["written"] else "."
    name = "comma" if mark == "," else "point"
    meaning = "is decimal" if doubt["decimal"] == mark else "marks thousands"
    return (
        f"; {such} {are} read as {as_text(doubt['read'])}; if the {name} {meaning}, set `decimal: '{doubt['decimal']}'`"
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
