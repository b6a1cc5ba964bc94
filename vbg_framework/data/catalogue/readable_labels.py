"""The labels of a record that is to be predicted, as far as they can be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from vbg_framework.data.catalogue.cells import CellError
from vbg_framework.data.catalogue.labels import LabelRules

Cells = TypeVar("Cells", bound=Mapping[str, Any])
Target = TypeVar("Target")


def readable_labels(
    cells: Cells,
    targets: Mapping[str, Target],
    read: Callable[[Cells, Target], Any],
    rules: LabelRules | None = None,
    tasks: Collection[str] | None = None,
) -> dict[str, Any]:
    """Task -> its label, or labels; one that cannot be read is missing. For `Dataset.partly_labelled`.

    Args:
        cells: field -> its cell.
        targets: task -> where its label stands.
        read: gives the label that stands there, None if there is none.
        rules: of a label-mapping file.
        tasks: the tasks that are wanted; None = all.
    """
    ruled = {task.name for task in rules.tasks} if rules else set()
    wanted = {*targets, *ruled} if tasks is None else set(tasks)
    results: dict[str, Any] = {}
    for name in wanted & {*targets}:
        with suppress(CellError, KeyError):
            results[name] = read(cells, targets[name])
    if rules is not None and wanted & ruled:
        with suppress(CellError):
            results |= {name: label for name, label in rules(cells).items() if name in wanted}
    return {name: label for name, label in results.items() if label}
