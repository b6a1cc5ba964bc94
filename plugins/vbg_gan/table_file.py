"""A category-attribute table as a YAML file that people read and edit. Light."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import yaml
from pydantic import Field

from vbg_framework import Config, VBGError
from vbg_framework.toolkit import did_you_mean, read_yaml, validated
from vbg_gan.words import spoken, words

Count = Annotated[int, Field(ge=0)]
HEADER = """\
# What goes together in the training records. Delete a value from a class, and no text of the class names it.
# values: value -> records. With 0 it is no record's, but a word of its name stands in texts of the class.
# together: how many records, then a value for each of: {attributes}
# said: attribute -> value of the record -> words for other values that such texts use all the same
# Further words for a value can be given at the end: `words: {{attribute: {{value: [word, ...]}}}}`
"""


class Row(NamedTuple):
    """Values that go together, one per attribute, and in how many records."""

    records: int
    values: tuple[str | None, ...]


class Entry(Config):
    """What the table says about one class."""

    values: dict[str, dict[str, Count]]
    """Attribute -> value -> records."""
    together: list[Row]
    """Which values go together."""
    said: dict[str, dict[str | None, list[str]]] = {}
    """Attribute -> value of the record -> phrases for other values."""


class TableFile(Config):
    """What a table says."""

    task: str
    """The task whose classes are described."""
    attributes: dict[str, list[str]]
    """Attribute -> all values."""
    classes: dict[str, Entry]
    """Class -> its entry."""
    words: dict[str, dict[str, list[str]]] = {}
    """Attribute -> value -> further words for it."""


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.2 would take for a number, such as 08 or 1e3."""

    ignore_aliases = staticmethod(lambda data: True)


_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9.]+([eE][-+]?[0-9]+)?$"), list("-+.0123456789")
)


def write_table(table: TableFile, path: Path) -> None:
    """Write a table with an explanation on top."""
    content = table.model_dump(exclude_defaults=True)
    for entry in content["classes"].values():
        entry["together"] = [[records, *values] for records, values in entry["together"]]
    header = HEADER.format(attributes=", ".join(table.attributes) or "none")
    body = yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    path.write_text(header + body, encoding="utf-8")


def read_table(path: Path, data: TableFile | None = None) -> TableFile:
    """Read a table and take out what edits have made void.

    Args:
        data: the table of the data it must fit.

    Raises:
        VBGError: see `AttributeTable.load`.
    """
    content = read_yaml(path)
    if not isinstance(content, dict):
        raise VBGError(path.name, "not a category-attribute table", "Begin with one that a fitted generator wrote.")
    table = validated(TableFile, _with_rows(content, path.name), path.name)
    if data:
        _check_fits(table, data, path.name)
    for where, name, known in _mentions(table):
        if name not in known:
            raise VBGError(f"{path.name}.{where}", f"unknown name '{name}'", did_you_mean(name, known))
    classes = {name: _pruned(table, name, path.name) for name in (data or table).classes}
    return table.model_copy(update={"classes": classes})


def _with_rows(content: dict[str, Any], where: str) -> dict[str, Any]:
    """`[3, Ding, white]` of the file to a row."""
    if not all(isinstance(content.get(key), dict) for key in ("classes", "attributes")):
        return content  # the validation says what is wrong
    classes = {}
    for name, entry in content["classes"].items():
        rows = entry.get("together", []) if isinstance(entry, dict) else None
        if not isinstance(rows, list):
            return content
        for row in rows:
            _check_row(row, len(content["attributes"]), f"{where}.classes.{name}.together")
        classes[name] = {**entry, "together": [(row[0], tuple(row[1:])) for row in rows]}
    return {**content, "classes": classes}


def _check_row(row: Any, attributes: int, where: str) -> None:
    if not isinstance(row, list) or len(row) != 1 + attributes:
        what = f"expected how many records and {attributes} values, got {row!r}"
        raise VBGError(where, what, "Write null for a missing value.")
    if not isinstance(row[0], int) or isinstance(row[0], bool) or row[0] < 1:
        raise VBGError(where, f"the first number must be at least 1, got {row[0]!r}", "Remove the row instead.")


def _mentions(table: TableFile) -> Iterator[tuple[str, str, Iterable[str]]]:
    """(where, name, names it may be) of everything that must be known."""
    values = {table.task: list(table.classes), **table.attributes}
    listed: list[tuple[str, Mapping[str, Iterable[str | None]]]] = [("words", table.words)]
    for name, entry in table.classes.items():
        columns = zip(*(row.values for row in entry.together), strict=True)
        listed += [(f"classes.{name}.values", entry.values), (f"classes.{name}.said", entry.said)]
        listed.append((f"classes.{name}.together", dict(zip(table.attributes, columns, strict=False))))
    for where, given in listed:
        for attribute, names in given.items():
            yield where, attribute, values
            yield from ((f"{where}.{attribute}", name, values[attribute]) for name in names if name is not None)


def _check_fits(table: TableFile, data: TableFile, where: str) -> None:
    """The same task, attributes, values and classes as the data: one that is not listed could not be kept out."""
    if table.task != data.task:
        raise VBGError(
            f"{where}.task", f"the classes asked for are those of '{data.task}', got '{table.task}'", "Correct it."
        )
    pairs = [
        ("attributes", list(table.attributes), list(data.attributes)),
        ("classes", list(table.classes), list(data.classes)),
    ]
    pairs += [
        (f"attributes.{name}", table.attributes.get(name, []), values) for name, values in data.attributes.items()
    ]
    for key, given, wanted in pairs:
        for name in given:
            if name not in wanted:
                raise VBGError(f"{where}.{key}", f"the data has no '{name}'", did_you_mean(name, wanted))
        for name in wanted:
            if name not in given:
                fix = "Put it back; to keep it out of texts, delete it from `values` of a class."
                raise VBGError(f"{where}.{key}", f"'{name}' of the data is missing", fix)


def _pruned(table: TableFile, name: str, where: str) -> Entry:
    """The entry without the rows that hold a value the class does not list, or lists with 0."""
    entry = table.classes[name]
    rows = [
        row
        for row in entry.together
        if all(
            value is None or entry.values.get(attribute, {}).get(value, 0) > 0
            for attribute, value in zip(table.attributes, row.values, strict=True)
        )
    ]
    if entry.together and not rows:
        what = "no combination of the listed values is left"
        raise VBGError(f"{where}.classes.{name}.together", what, "Add one: [how many, a value per attribute].")
    said = {
        attribute: {
            value: [spoken(words(phrase)) for phrase in phrases if words(phrase)] for value, phrases in result.items()
        }
        for attribute, result in entry.said.items()
    }
    return entry.model_copy(update={"together": rows, "said": said})
