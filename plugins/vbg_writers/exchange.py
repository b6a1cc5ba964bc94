"""Writers of forms in which museums exchange records. In all of them an answer says that a model gave it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from vbg_framework import Writer
from vbg_framework.toolkit import Rows, spreadsheet_safe

Append = Callable[[Rows], None]
MODEL = "VBG Framework"
CONFIDENCE = "_confidence"
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""
LIDO = 'xmlns:lido="http://www.lido-schema.org"'
ANNOTATIONS = "http://www.w3.org/ns/anno.jsonld"


def answers(row: Mapping[str, Any]) -> Iterator[tuple[str, list[str], float, list[str]]]:
    """(task, classes, probability of the likeliest, classes that may be right) of every answer of a row."""
    for task in [name.removesuffix(CONFIDENCE) for name in row if name.endswith(CONFIDENCE)]:
        if row.get(task):
            may_be = [each for each in str(row.get(f"{task}_set") or "").split("|") if each]
            yield task, str(row[task]).split("|"), float(row.get(task + CONFIDENCE) or 0), may_be


def told(row: Mapping[str, Any]) -> list[str]:
    """A sentence per answer."""
    return [
        f"{task}: {', '.join(classes)} (probability {sure:.2f}"
        + (f"; may be {', '.join(may_be)}" if may_be else "")
        + f"), said by a model of {MODEL}"
        for task, classes, sure, may_be in answers(row)
    ]


class Lido(Writer):
    """LIDO 1.1 records with the first task as type of object, and a note about each answer."""

    @contextmanager
    def open(self, path: Path, columns: Mapping[str, type], dialect: tuple[str, bool]) -> Iterator[Append]:
        """In UTF-8."""
        with path.open("w", encoding="utf-8") as file:
            file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<lido:lidoWrap {LIDO}>\n')
            yield lambda rows: file.writelines(_lido(row) for row in rows)
            file.write("</lido:lidoWrap>\n")


class CollectionSpaceCsv(Writer):
    """Columns as the CSV importer of CollectionSpace has them for objects; several values with bars between."""

    @contextmanager
    def open(self, path: Path, columns: Mapping[str, type], dialect: tuple[str, bool]) -> Iterator[Append]:
        """In UTF-8, with commas."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["objectNumber", "objectName", "comment"])
            yield lambda rows: writer.writerows(map(_collection_space, rows))


class WebAnnotations(Writer):
    """A page of W3C Web Annotations that classify each record, or its picture if that is known by its path."""

    @contextmanager
    def open(self, path: Path, columns: Mapping[str, type], dialect: tuple[str, bool]) -> Iterator[Append]:
        """In UTF-8, one annotation per line."""
        with path.open("w", encoding="utf-8") as file:
            file.write(f'{{"@context": "{ANNOTATIONS}", "type": "AnnotationPage", "items": [')
            first = [True]

            def append(rows: Rows) -> None:
                for annotation in (each for row in rows for each in _annotations(row)):
                    file.write(("\n" if first[0] else ",\n") + json.dumps(annotation, ensure_ascii=False))
                    first[0] = False

            yield append
            file.write("\n]}\n")


def _lido(row: Mapping[str, Any]) -> str:
    results = list(answers(row))
    types = results[0][1] if results else ["not determined"]
    identity, title = _xml(row["id"]), _xml(row.get("title") or row["id"])
    terms = "".join(f"<lido:objectWorkType><lido:term>{_xml(each)}</lido:term></lido:objectWorkType>" for each in types)
    others = "".join(
        f'<lido:classification lido:type="{_xml(task)}"><lido:term>{_xml(each)}</lido:term></lido:classification>'
        for task, classes, _, _ in results[1:]
        for each in classes
    )
    wrap = f"<lido:classificationWrap>{others}</lido:classificationWrap>" if others else ""
    notes = "".join(
        '<lido:objectDescriptionSet lido:type="prediction"><lido:descriptiveNoteValue>'
        f"{_xml(note)}</lido:descriptiveNoteValue></lido:objectDescriptionSet>"
        for note in told(row)
    )
    described = f"<lido:objectDescriptionWrap>{notes}</lido:objectDescriptionWrap>" if notes else ""
    return (
        f'<lido:lido><lido:lidoRecID lido:type="local">{identity}</lido:lidoRecID>'
        '<lido:descriptiveMetadata xml:lang="en"><lido:objectClassificationWrap>'
        f"<lido:objectWorkTypeWrap>{terms}</lido:objectWorkTypeWrap>{wrap}</lido:objectClassificationWrap>"
        "<lido:objectIdentificationWrap><lido:titleWrap><lido:titleSet><lido:appellationValue>"
        f"{title}</lido:appellationValue></lido:titleSet></lido:titleWrap>{described}</lido:objectIdentificationWrap>"
        '</lido:descriptiveMetadata><lido:administrativeMetadata xml:lang="en"><lido:recordWrap>'
        f'<lido:recordID lido:type="local">{identity}</lido:recordID><lido:recordType><lido:term>item</lido:term>'
        f"</lido:recordType><lido:recordSource><lido:legalBodyName><lido:appellationValue>{MODEL}"
        "</lido:appellationValue></lido:legalBodyName></lido:recordSource></lido:recordWrap>"
        "</lido:administrativeMetadata></lido:lido>\n"
    )


def _xml(value: Any) -> str:
    return escape(NO_XML.sub("", str(value)), {'"': "&quot;"})


def _collection_space(row: Mapping[str, Any]) -> list[Any]:
    results = list(answers(row))
    comments = [*told(row), *([f"problem: {row['problem']}"] if row.get("problem") else [])]
    return [*map(spreadsheet_safe, (row["id"], "|".join(results[0][1]) if results else "", "|".join(comments)))]


def _annotations(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """An annotation per answer; without any, one that says what the problem is."""
    picture = row.get("picture")
    target = {"id": picture.name if isinstance(picture, Path) else str(row["id"]), "dc:identifier": str(row["id"])}
    about = {"type": "Annotation", "creator": {"type": "Software", "name": MODEL}, "target": target}
    for task, classes, sure, _ in answers(row):
        bodies = [{"type": "TextualBody", "purpose": "classifying", "value": each} for each in classes]
        note = {"type": "TextualBody", "purpose": "assessing", "value": f"{task}: probability {sure:.4f}"}
        yield {**about, "motivation": "classifying", "body": [*bodies, note]}
    if not any(answers(row)):
        body = {"type": "TextualBody", "purpose": "commenting", "value": str(row.get("problem") or "no answer")}
        yield {**about, "motivation": "commenting", "body": [body]}
