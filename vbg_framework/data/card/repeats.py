"""Problems of a split: views of one object on both sides, and classes without training records."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from vbg_framework.base.errors import VBGError
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.record import Task, classes_of
from vbg_framework.data.catalogue.spelling import MOST_NAMED, folded
from vbg_framework.data.preparation.columns import CLUSTER, TARGET, TEXT
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.preparation.splits import Splits

LEAST_WORDS = 4
"""Shorter texts, such as `Bowl`, are alike for different objects."""
SHARE = 0.02
"""Share of the test records from which something is said."""
LEAST_STEMS = 10
LARGEST_STEM = 50  # records; more with one beginning are a series of objects, not views of one
VIEW = re.compile(
    r"^(.+?)[\W_]+([0-9]{1,3}|[a-z]|front|back|top|side|recto|verso|detail\w*)(\.\w{2,5})?$", re.IGNORECASE
)
"""An id that ends like the number or the name of a view."""

GROUP = "Name the object with `group`, so that all its records lie in one split"


def warnings_of(prepared: Prepared, splits: Splits) -> list[str]:
    """A sentence with numbers for each sign that the test is easier than it looks; none if there is no sign.

    Looked at are test records that stand for an object of their own, because the source names no `group`: those
    whose whole text is that of a training record, those whose picture is nearly that of a training record, and those
    whose id differs from that of a training record of the same label only in the number of a view. Named, too, are
    the classes that occur outside the training records alone, and those without a test record.

    Args:
        prepared: the data set.
        splits: how it is divided.
    """
    signs = [_texts(prepared, splits), _pictures(prepared, splits), _ids(prepared, splits)]
    signs += [_unseen(splits, task) for task in splits.tasks] + [_untested(splits, task) for task in splits.tasks]
    return [sentence for sentence in signs if sentence]


def default_warnings(prepared: Prepared, config: SplitConfig | None = None) -> list[str]:
    """The same for the split of all tasks, after a line about the split.

    Without a split there is only a line that says why.

    Args:
        prepared: the data set.
        config: how it is divided; None = as for an experiment that says nothing.
    """
    try:
        splits = prepared.split(config or SplitConfig(), [task.name for task in prepared.tasks])
    except VBGError as error:
        return [f"Split  none: {error}"]
    sizes = ", ".join(f"{name} {len(rows):,}" for name, rows in splits.rows.items())
    left = f"; {splits.undivided:,} without a split left out" if splits.undivided else ""
    return [f"Split  {splits.used}: {sizes}{left}.", *warnings_of(prepared, splits)]


def _unseen(splits: Splits, task: Task) -> str:
    """Classes of validation or test records without a training record."""
    unknown = {name for name, count in zip(task.classes, task.counts, strict=True) if not count}
    held_out = _labels(splits, task, "validation", "test")
    results = {name: count for name, count in held_out.items() if name in unknown}
    if not results:
        return ""
    named = ", ".join(f"'{name}' {count:,}" for name, count in sorted(results.items())[:MOST_NAMED])
    return f"Warn   {task.name}: classes outside the training records alone cannot be learnt ({named} records)."


def _untested(splits: Splits, task: Task) -> str:
    """Classes all of whose records are for training."""
    held_out = _labels(splits, task, "test")
    alone = [name for name, count in zip(task.classes, task.counts, strict=True) if count and name not in held_out]
    if not alone or not held_out:
        return ""
    counts = dict(zip(task.classes, task.counts, strict=True))
    named = ", ".join(f"'{name}' {counts[name]:,}" for name in alone[:MOST_NAMED])
    more = f", and {len(alone) - MOST_NAMED:,} more classes" if len(alone) > MOST_NAMED else ""
    return f"Warn   {task.name}: no test record of {named}{more}: how well they are told is not measured."


def _labels(splits: Splits, task: Task, *parts: str) -> Counter[str]:
    """Class -> records of these parts."""
    labels = [label for part in parts for label in splits.data[part][TARGET + task.name][:]]
    return Counter(name for label in labels for name in classes_of(label))


def _texts(prepared: Prepared, splits: Splits) -> str:
    known = {text for text in _joined(prepared, splits.rows["train"]) if _tells(text)}
    test = _alone(prepared, splits.rows["test"])
    return _sentence(
        sum(text in known for text in _joined(prepared, test)),
        len(splits.rows["test"]),
        "have the text of a training record, word for word",
    )


def _pictures(prepared: Prepared, splits: Splits) -> str:
    known = set(_column(prepared, CLUSTER, splits.rows["train"]))
    test = splits.rows["test"]
    result = sum(cluster in known for cluster in _column(prepared, CLUSTER, test))
    return _sentence(result, len(test), "show nearly the same picture as a training record")


def _ids(prepared: Prepared, splits: Splits) -> str:
    """Test records whose id has the beginning of a training record's, where beginnings decide the label."""
    names = [TARGET + task.name for task in splits.tasks]
    train, test = splits.rows["train"], _alone(prepared, splits.rows["test"])
    labels: defaultdict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for stem, label in _stems(prepared, train, names):
        labels[stem].append(label)
    several = [result for result in labels.values() if 1 < len(result) <= LARGEST_STEM]
    if len(several) < LEAST_STEMS or not _decides(several, [label for result in labels.values() for label in result]):
        return ""
    result = sum(stem in labels for stem, _ in _stems(prepared, test, names))
    return _sentence(result, len(splits.rows["test"]), "have an id that looks like another view of a training record")


def _stems(prepared: Prepared, rows: np.ndarray, names: Sequence[str]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """(beginning of the id, labels) of the records whose id ends like the number of a view."""
    columns = [_column(prepared, name, rows) for name in ("id", *names)]
    for identity, *labels in zip(*columns, strict=True):
        if result := VIEW.match(identity):
            yield result[1], tuple(map(str, labels))


def _decides(several: Sequence[Sequence[tuple[Any, ...]]], every: Sequence[tuple[Any, ...]]) -> bool:
    """Whether records with one beginning have one label nearly always, though labels differ in general."""
    agree = np.mean([len(set(result)) == 1 for result in several])
    return bool(agree > 0.95 and Counter(every).most_common(1)[0][1] < 0.9 * len(every))


def _joined(prepared: Prepared, rows: np.ndarray) -> list[str]:
    columns = [_column(prepared, TEXT + field, rows) for field in prepared.text_fields]
    return [folded(" ".join(filter(None, texts))) for texts in zip(*columns, strict=True)]


def _tells(text: str) -> bool:
    return len(text.split()) >= LEAST_WORDS


def _alone(prepared: Prepared, rows: np.ndarray) -> np.ndarray:
    """Those of the rows whose group is their own id."""
    pairs = zip(_column(prepared, "group", rows), _column(prepared, "id", rows), strict=True)
    return rows[np.array([group == identity for group, identity in pairs], bool)]


def _column(prepared: Prepared, name: str, rows: np.ndarray | Iterable[int]) -> list[Any]:
    return prepared.table.data.column(name).take(np.asarray(rows)).to_pylist()


def _sentence(result: int, of: int, what: str) -> str:
    if not of or result < max(2, SHARE * of):
        return ""
    return f"Warn   {result:,} of {of:,} test records {what}: the test may be easier than it looks. {GROUP}."
