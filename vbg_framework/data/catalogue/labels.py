"""Labels from catalogue cells: a label-mapping file, a YAML of ordered rules per task."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import regex
from pydantic import field_validator, model_validator

from vbg_framework.base.errors import VBGError, did_you_mean
from vbg_framework.base.yaml_file import read_yaml
from vbg_framework.config.options import validated
from vbg_framework.contracts.record import Dataset, Task
from vbg_framework.contracts.spec import Config
from vbg_framework.data.catalogue.cells import cell_parts
from vbg_framework.data.catalogue.number import as_text, parse_number
from vbg_framework.data.catalogue.year import parse_years

WORDS = ("exact", "map", "label")
SHOWN = 60  # characters of a value in a message
PATIENCE = 2.0  # seconds for an expression over one value


class Rule(Config):
    """One rule: exactly one of `exact`, `regex`, `map` and `years`, and the label it gives."""

    fields: str | list[str]
    """The fields it reads; the first that matches counts. With `years` all of them must lie in the range."""
    exact: str | list[str] | None = None
    """The whole value is one of these, in upper or lower case; a number in any way of writing it."""
    regex: str | None = None
    """A regular expression found somewhere in the value, in upper or lower case."""
    map: dict[str, str] | None = None
    """The whole value, in upper or lower case -> label."""
    years: tuple[int | None, int | None] | None = None
    """First and last year, both included, negative = BCE, null = open. All of the value lies in it: a year, a date, a
    century or a range (see `parse_years`)."""
    label: str | None = None
    """The class; needed with all but `map`."""
    separator: str | None = None
    """What stands between the values of a cell that holds several; each is compared by itself."""

    @field_validator("regex")
    @classmethod
    def _compiles(cls, expression: str | None) -> str | None:
        try:
            regex.compile(expression or "")
        except regex.error as error:
            raise ValueError(f"not a regular expression ({error})") from error
        return expression

    @model_validator(mode="after")
    def _one_test(self) -> Rule:
        tests = [name for name in ("exact", "regex", "map", "years") if getattr(self, name) is not None]
        if len(tests) != 1:
            raise ValueError(f"a rule has exactly one of exact, regex, map and years, not {len(tests)}")
        if (self.label is None) != (tests == ["map"]) or self.label == "":
            raise ValueError("a rule has a `label`, unless it is a `map`")
        return self


class TaskRules(Config):
    """The rules of one task, in order."""

    rules: list[dict[str, Any]]
    """Tried in order; the first that matches gives the label."""
    multi_label: bool = False
    """Whether every rule that matches adds its label."""


class LabelFile(Config):
    """A label-mapping file."""

    version: Literal[1]
    """Always 1."""
    name: str
    """What results call it."""
    tasks: dict[str, dict[str, Any]]
    """Task -> its rules."""


class LabelRules:
    """The rules of a label-mapping file.

    Args:
        path: the file.

    Attributes:
        name: what the file calls itself.
        sha256: of its bytes: the same value means the same rules.
        tasks: the tasks it labels; classes are collected from the data.
        fields: every field its rules read, in order.

    Raises:
        VBGError: the file is missing or malformed; the message names the rule.
    """

    def __init__(self, path: Path) -> None:
        content = read_yaml(path)
        if not isinstance(content, Mapping):
            raise VBGError(path.name, f"expected keys and values, got {type(content).__name__}", "Add `tasks`.")
        file = validated(LabelFile, content, path.name)
        self.path, self.name = path, file.name
        self.sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        tasks = {name: validated(TaskRules, task, f"{path.name}: tasks.{name}") for name, task in file.tasks.items()}
        self.tasks = tuple(Task(name, task.multi_label) for name, task in tasks.items())
        written = read_yaml(path, words=True)["tasks"]
        self._tests = {name: list(self._made(name, task, written[name]["rules"])) for name, task in tasks.items()}
        self._reads = list(
            dict.fromkeys(read for tests in self._tests.values() for test in tests for read in test.reads)
        )
        self.fields = tuple(dict.fromkeys(field for field, _ in self._reads))

    def _made(self, name: str, task: TaskRules, written: Sequence[Mapping[str, Any]]) -> Iterator[_Test]:
        for number, (rule, words) in enumerate(zip(task.rules, written, strict=True)):
            where = f"{self.path.name}: tasks.{name}.rules.{number}"
            yield _Test(validated(Rule, _worded(rule, words), where), where)

    def facts(self) -> dict[str, dict[str, str]]:
        """What results name: `{"labels": {"name", "sha256"}}`."""
        return {"labels": {"name": self.name, "sha256": self.sha256}}

    def check(self, known: Sequence[str]) -> None:
        """Raise VBGError for a field that is none of `known`."""
        for field in self.fields:
            if field not in known:
                raise VBGError(self.path.name, f"no field '{field}'", did_you_mean(field, known))

    def check_tasks(self, others: Collection[str]) -> None:
        """Raise VBGError for a task that is labelled elsewhere too."""
        for task in self.tasks:
            if task.name in others:
                raise VBGError(self.path.name, f"task '{task.name}' stands in `targets` too", "Take one of them away.")

    def __call__(self, cells: Mapping[str, Any]) -> dict[str, str | list[str]]:
        """Field -> cell, to task -> class (or classes); a task of which no rule matches is absent.

        Raises:
            CellError: a cell holds neither text nor a number.
            VBGError: an expression takes too long.
        """
        values = {read: cell_parts(read[0], cells.get(read[0]), read[1]) for read in self._reads}
        results = {}
        for task in self.tasks:
            labels = (label for test in self._tests[task.name] for label in test(values))
            label = sorted(set(labels)) if task.multi_label else next(labels, None)
            if label:
                results[task.name] = label
        return results


class _Test:
    """One rule made ready.

    Attributes:
        reads: the (field, separator) pairs whose values it compares.
    """

    def __init__(self, rule: Rule, where: str) -> None:
        self.rule, self.where = rule, where
        fields = [rule.fields] if isinstance(rule.fields, str) else rule.fields
        self.reads = [(field, rule.separator) for field in fields]
        exact = [rule.exact] if isinstance(rule.exact, str) else rule.exact or []
        table = rule.map if rule.map is not None else dict.fromkeys(exact, rule.label)
        self.table = {_key(value): label for value, label in table.items()}
        self.regex = regex.compile(rule.regex, regex.IGNORECASE) if rule.regex is not None else None

    def __call__(self, values: Mapping[tuple[str, str | None], list[str]]) -> Iterator[str]:
        """The labels of all values that match, in order."""
        if self.rule.years is not None:
            if self.rule.label and all(_in_years(values[read], *self.rule.years) for read in self.reads):
                yield self.rule.label
            return
        for value in (value for read in self.reads for value in values[read]):
            if self.regex is None:
                label = self.table.get(_key(value))
            else:
                label = self.rule.label if self._finds(value) else None
            if label:
                yield label

    def _finds(self, value: str) -> bool:
        assert self.regex is not None
        try:
            return self.regex.search(value, timeout=PATIENCE) is not None
        except TimeoutError as error:
            what = f"the expression {self.rule.regex!r} takes more than {PATIENCE:g} s, got {value[:SHOWN]!r}"
            raise VBGError(self.where, what, "Write it without a repetition inside a repetition.") from error


def _in_years(values: list[str], first: int | None, last: int | None) -> bool:
    spans = [parse_years(value) for value in values]
    low, high = -math.inf if first is None else first, math.inf if last is None else last
    return bool(spans) and all(span is not None and low <= span[0] and span[1] <= high for span in spans)


def _key(value: str) -> str:
    """What is compared: the number a text is, or the text without upper case."""
    number = parse_number(value)
    return value.strip().casefold() if number is None else as_text(number)


def _worded(rule: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, Any]:
    """A rule with its values and labels as they are written: `007` stays `007`."""
    return {key: _word(result, written[key]) if key in WORDS else result for key, result in rule.items()}


def _word(result: Any, written: Any) -> Any:
    if isinstance(result, list):
        return [_word(*pair) for pair in zip(result, written, strict=True)]
    if isinstance(result, dict):
        values = map(_word, result.values(), written.values())
        return dict(zip(written, values, strict=True))
    return None if result is None else written


class LabelledDataset(Dataset):
    """A dataset that reads one file, with labels from its columns (`targets`) and from a label-mapping file (`rules`).

    Attributes:
        path: the file.
        targets: task -> where its label stands, with `multi_label`.
        rules: the label-mapping file, or None.
    """

    path: Path
    targets: Mapping[str, Any]
    rules: LabelRules | None

    @property
    def tasks(self) -> tuple[Task, ...]:
        """One task per entry of `targets` and of the label-mapping file."""
        named = tuple(Task(name, target.multi_label) for name, target in self.targets.items())
        return named + (self.rules.tasks if self.rules else ())

    def sources(self) -> tuple[Path, ...]:
        """The file, and the label-mapping file."""
        return (self.path, self.rules.path) if self.rules else (self.path,)

    def facts(self) -> dict[str, dict[str, str]]:
        """The label-mapping file."""
        return self.rules.facts() if self.rules else {}
