"""Known labels of other tasks as inputs: `inputs.labels`. They are read as metadata, called like their task."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vbg_framework.base.errors import VBGError
from vbg_framework.contracts.record import Record, classes_of
from vbg_framework.data.catalogue.spelling import normal
from vbg_framework.data.preparation.columns import META, TARGET

if TYPE_CHECKING:
    from vbg_framework.data.preparation.prepared import Prepared

SAME = 0.95
"""Share of training records from which on a label says the same as a task."""
FEWEST = 20
"""Records with both, below which nothing is said about that."""

Pair = tuple[str, str]


def with_known_labels(prepared: Prepared, labels: Sequence[str]) -> Prepared:
    """The data set with the labels of these tasks among its metadata; its fingerprint stays.

    Raises:
        VBGError: a task is unknown, or a metadata field is called like it.
    """
    table = prepared.table
    for name in labels:
        column = table.data.column(TARGET + prepared.task(name).name)
        if name in prepared.metadata_fields:
            what = f"the data set has a metadata field '{name}' already"
            raise VBGError("inputs.labels", what, f"Leave '{name}' out, or call the field otherwise in the data set.")
        table = table.add_column(META + name, [_words(label) for label in column.to_pylist()])
    if not labels:
        return prepared
    known = max(len(table) - table.data.column(META + name).null_count for name in labels)
    counts = prepared.info["modalities"]
    counts = counts | {"metadata": max(known, counts.get("metadata", 0))}
    return type(prepared)(prepared.folder, table, {**prepared.info, "modalities": counts}, prepared.kinds)


def with_own_labels(record: Record, labels: Sequence[str]) -> Record:
    """The record with its labels of these tasks among its metadata, as `with_known_labels` has them."""
    known = {name: words for name in labels if (words := _words(record.targets.get(name)))}
    if not known:
        return record
    return replace(record, inputs={**record.inputs, "metadata": {**(record.inputs.get("metadata") or {}), **known}})


def check_known_labels(tasks: Sequence[str], labels: Sequence[str], columns: Any) -> Iterator[str]:
    """Say which label nearly gives the class away.

    Args:
        tasks: what is to be learnt.
        labels: what is read.
        columns: name of a column -> its values of the training records.

    Raises:
        VBGError: a label and a task say the same: each follows from the other in 95 % of the training records, told
            from the other records.
    """
    for name in labels:
        for task in tasks:
            told = zip(columns(META + name), map(_words, columns(TARGET + task)), strict=True)
            pairs = [(label, answer) for label, answer in told if label and answer]
            forth, back = follows(pairs), follows([(answer, label) for label, answer in pairs])
            if len(pairs) < FEWEST or forth < SAME:
                continue
            share = f"in {forth:.0%} of {len(pairs):,} training records"
            if back >= SAME:
                what = f"'{name}' says the same as the task '{task}' {share}"
                raise VBGError("inputs.labels", what, f"Leave '{name}' out: with it the answer is known before.")
            yield f"Note   the label '{name}' alone gives '{task}' away {share}."


def follows(pairs: Iterable[Pair]) -> float:
    """Share of the pairs whose second part is the commonest one beside the same first part, among the other pairs.

    A first part that stands alone tells nothing, and neither does a tie. 0 without pairs.
    """
    both = Counter(pairs)
    ranks: dict[str, list[int]] = {}
    for (first, _), count in both.items():
        ranks.setdefault(first, []).append(count)
    right = sum(count for (first, _), count in both.items() if _leads(count, ranks[first]))
    return right / max(1, both.total())


def _leads(count: int, counts: Sequence[int]) -> bool:
    """Whether it is the largest even with one less."""
    others = list(counts)
    others.remove(count)
    return count - 1 > max(others, default=0)


def _words(label: Any) -> str | None:
    """The classes in their normal form and order, each once."""
    return "; ".join(sorted({*map(normal, classes_of(label))} - {""})) or None
