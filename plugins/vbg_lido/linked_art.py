"""Linked Art records of a file (JSON-LD), one by one: every `HumanMadeObject`.

A file holds one object, a list of them, a line per object, or an object with the list in it (`@graph`,
`orderedItems`). Source: Linked Art data model 1.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from vbg_lido import FIELDS
from vbg_lido.language import Spoken
from vbg_lido.reader import Fields
from vbg_lido.xml_walk import Unreadable, safely

LARGEST = 1 << 26
"""Bytes of a file that is not a line per object: it is held in memory."""
LINES = (".jsonl", ".ndjson")
OBJECT = "HumanMadeObject"
AAT = "vocab.getty.edu/aat/"
TYPE_OF_WORK, DESCRIPTION, MATERIALS, DIMENSIONS = "300435443", "300435416", "300435429", "300435430"
INSCRIPTION, PERIOD = ("300435414", "300028702"), "300055147"
LANGUAGES = {"300388277": "en", "300388344": "de", "300388306": "fr", "300389311": "es", "300388474": "it"}
LANGUAGES |= {"300388256": "nl", "300389115": "pt", "300389109": "pl", "300388389": "ja", "300388113": "zh"}
"""Number of a language in the Art and Architecture Thesaurus -> its tag."""


def linked_art_records(path: Path) -> Iterator[Fields | None]:
    """Yield field -> values with their languages of every object, in order.

    Raises:
        Unreadable: the file is not JSON, is too large, or holds no object at all.
    """
    yield from safely(path, _records)


def _records(path: Path) -> Iterator[Fields | None]:
    count = 0
    for result in _lines(path) if path.suffix.lower() in LINES else [_whole(path)]:
        for each in _objects(result, 0):
            count += 1
            yield _fields(each)
    if not count:
        raise Unreadable(f"file holds no Linked Art object, which is of the type {OBJECT}")


def _lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig") as file:
        yield from (json.loads(line) for line in file if line.strip())


def _whole(path: Path) -> Any:
    if (size := path.stat().st_size) > LARGEST:
        raise Unreadable(f"file is too large, got {size:,} bytes: write a line per object and call it .jsonl")
    return json.loads(path.read_text(encoding="utf-8-sig"))


def _objects(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The objects in a value: itself, or those of its lists."""
    if isinstance(value, dict) and value.get("type") in (OBJECT, f"crm:{OBJECT}"):
        yield value
    elif depth < 4:
        inside = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
        for each in inside:
            if isinstance(each, dict | list):
                yield from _objects(each, depth + 1)


def _fields(value: dict[str, Any]) -> Fields:
    results: Fields = {field: [] for field in FIELDS}
    types, others = _sorted_types(value)
    names = _listed(value, "identified_by")
    notes = _listed(value, "referred_to_by")
    results["id"] = [("", identity)] if isinstance(identity := value.get("id"), str) and identity else []
    results |= {"type": _labels(types), "classification": _labels(others)}
    results["title"] = [each for name in names if name.get("type") == "Name" for each in _content(name)]
    results["inventory_number"] = [
        each for name in names if name.get("type") == "Identifier" for each in _content(name)
    ]
    results["description"] = [each for note in notes if _is_of(note, DESCRIPTION) for each in _content(note)]
    results["measurements"] = [each for note in notes if _is_of(note, DIMENSIONS) for each in _content(note)]
    results["inscription"] = [each for note in notes if _is_of(note, *INSCRIPTION) for each in _content(note)]
    material_notes = [each for note in notes if _is_of(note, MATERIALS) for each in _content(note)]
    results["material"] = _labels(_listed(value, "made_of")) or material_notes
    results["subject"] = _labels(
        [*_listed(value, "represents"), *_within(_listed(value, "shows"), "about", "represents")]
    )
    results["repository"] = _labels(_listed(value, "current_keeper")) or _labels(_listed(value, "current_owner"))
    pictures = [*_within(_listed(value, "representation"), "digitally_shown_by"), *_listed(value, "digitally_shown_by")]
    results["image"] = [("", str(point["id"])) for point in _within(pictures, "access_point") if point.get("id")]
    results["licence"] = _labels(_within(_within(pictures, "subject_to"), "classified_as"), by_id=True)
    return results | _production(_listed(value, "produced_by"), material_notes)


def _production(made: list[dict[str, Any]], materials: list[Spoken]) -> Fields:
    made = [*made, *_within(made, "part")]
    spans = _within(made, "timespan")
    dates = [each for span in spans for name in _listed(span, "identified_by") for each in _content(name)]
    told: Fields = {
        "actor": _labels(_within(made, "carried_out_by")),
        "culture": _labels(_within(made, "influenced_by")),
        "period": [each for group in _within(made, "during") for each in _labels([group])],
        "place": _labels(_within(made, "took_place_at")),
        "technique": _labels(_within(made, "technique")) or materials,
        "date": dates or _labels(spans),
        "begin": [("", _year(span["begin_of_the_begin"])) for span in spans if span.get("begin_of_the_begin")],
        "end": [("", _year(span["end_of_the_end"])) for span in spans if span.get("end_of_the_end")],
    }
    return told


def _sorted_types(value: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The classifications that say what the object is, and the others; without such, all are of the first kind."""
    every = _listed(value, "classified_as")
    types = [each for each in every if _is_of(each, TYPE_OF_WORK)]
    return (types, [each for each in every if each not in types]) if types else (every, [])


def _listed(value: dict[str, Any], key: str) -> list[dict[str, Any]]:
    result = value.get(key)
    return [each for each in (result if isinstance(result, list) else [result]) if isinstance(each, dict)]


def _within(values: Iterable[dict[str, Any]], *keys: str) -> list[dict[str, Any]]:
    return [each for value in values for key in keys for each in _listed(value, key)]


def _is_of(value: dict[str, Any], *numbers: str) -> bool:
    ids = [str(each.get("id", "")) for each in _listed(value, "classified_as")]
    return any(each.endswith((f"{AAT}{number}", f"aat:{number}")) for each in ids for number in numbers)


def _labels(values: Iterable[dict[str, Any]], *, by_id: bool = False) -> list[Spoken]:
    """What people call each of these: its label, else its names, else, if `by_id`, its address."""
    results: list[Spoken] = []
    for value in values:
        label = value.get("_label")
        names = [each for name in _listed(value, "identified_by") for each in _content(name)]
        own = [("", " ".join(label.split()))] if isinstance(label, str) and label.strip() else names
        results += own or ([("", str(value["id"]))] if by_id and value.get("id") else [])
    return results


def _content(value: dict[str, Any]) -> list[Spoken]:
    text = value.get("content", value.get("value"))
    if not isinstance(text, str) or not text.strip():
        return []
    tongues = [str(each.get("id", "")).rpartition("/")[2].rpartition(":")[2] for each in _listed(value, "language")]
    return [(next((LANGUAGES[each] for each in tongues if each in LANGUAGES), ""), " ".join(text.split()))]


def _year(moment: Any) -> str:
    """The year of a point in time as it is written: `0360-01-01T00:00:00Z` is 360."""
    text = str(moment).strip()
    sign, rest = ("-", text[1:]) if text.startswith("-") else ("", text)
    year = rest.partition("-")[0]
    return f"{sign}{int(year)}" if year.isdigit() else text
