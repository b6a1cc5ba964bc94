"""Soft labels of new records: classes of one task with shares, such as of a picture between two classes."""

from __future__ import annotations

import math
from collections.abc import Mapping

from vbg_framework.contracts.record import Record, Task

CLOSE = 1e-4
"""How far the shares may add up to something else than 1."""


def soft_complaint(record: Record, tasks: Mapping[str, Task]) -> str | None:
    """What is wrong with the soft labels of a record, in words; None if nothing is.

    Args:
        record: a new record.
        tasks: the tasks with their classes, by name.
    """
    for name, shares in record.soft.items():
        task, own = tasks.get(name), record.targets.get(name)
        if task is None or task.multi_label or own is None:
            return f"gave a soft label of '{name}', which must be a task with one class, and that class in the targets"
        if not set(shares) <= set(task.classes):
            return f"gave a soft label of '{name}' with unknown classes, got {sorted(set(shares) - set(task.classes))}"
        if not (
            all(0 <= share <= 1 for share in shares.values()) and math.isclose(sum(shares.values()), 1, abs_tol=CLOSE)
        ):
            return f"gave a soft label of '{name}' whose shares must add up to 1, got {dict(shares)}"
        if not shares.get(own):
            return f"gave a soft label of '{name}' without a share of its class '{own}', got {dict(shares)}"
    return None
