"""What a data set promises about the records it yields."""

from __future__ import annotations

from collections import Counter
from typing import Any

from vbg_framework.contracts.record import Rejected, Task
from vbg_framework.data.pictures.image import LARGEST_SIDE, MAX_PIXELS, ImageError, encode
from vbg_framework.data.preparation.row import RowError, Rows
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.datasets.dataset_subject import DatasetSubject

USABLE = 0.9
"""Share of the records that must be usable. A real source may hold some that are not; the tiny one hardly any."""


@promise(
    "dataset",
    "Every record says which object it shows, so that all views of one object stay in one split.",
    cause="a number in place of a string, or one group for the whole data set",
    fix="Set `group` to the object's id; leave it empty where each record is an object of its own.",
)
def check_groups_are_objects(subject: DatasetSubject) -> str:
    """Read everything; groups are strings, and there is more than one."""
    others = [record.group for record in subject.records if not isinstance(record.group, str)]
    expect(not others, "groups that are strings", others[:3])
    objects = len({record.group or record.id for record in subject.records})
    expect(objects > 1 or len(subject.records) == 1, "more than one object", "one group for all records")
    return f"{len(subject.records)} records of {objects} objects"


@promise(
    "dataset",
    "Labels belong to declared tasks and, where a task lists its classes, to those.",
    cause="a misspelt task, a class that the list lacks, or a list of classes for a task with one label",
    fix="Compare `tasks` with the keys of `targets`; leave `classes` empty to have them collected.",
)
def check_targets_are_declared(subject: DatasetSubject) -> None:
    """Look at every record: one label or several, as the task says."""
    tasks = {task.name: task for task in subject.dataset.tasks}
    for record in subject.records:
        unknown = sorted(set(record.targets) - set(tasks))
        expect(not unknown, f"labels of {', '.join(tasks)} in record {record.id}", f"one of {', '.join(unknown)}")
        for name, label in record.targets.items():
            _require_label(record.id, tasks[name], label)


def _require_label(identity: str, task: Task, label: Any) -> None:
    if label is None:
        return
    single = isinstance(label, str)
    wanted = "a list of classes" if task.multi_label else "one class"
    expect(single != task.multi_label, f"{wanted} of '{task.name}' in record {identity}", repr(label))
    names = {label} if single else set(label)
    expect(
        not task.classes or names <= set(task.classes), f"a class of '{task.name}' in record {identity}", repr(label)
    )


@promise(
    "dataset",
    "Its images can be decoded.",
    cause="a path relative to the wrong folder, or bytes of something else",
    fix="Join the path with the folder of the source, not with the working folder.",
)
def check_images_are_decodable(subject: DatasetSubject) -> str:
    """Decode them as the core does; nine of ten must be good."""
    reasons, count = Counter[str](), 0
    for record in subject.records:
        if record.inputs.get("image") is not None:
            count += 1
            try:
                encode(record.inputs["image"], max_pixels=MAX_PIXELS, largest_side=LARGEST_SIDE)
            except ImageError as error:
                reasons[str(error)] += 1
    _require_most(count, reasons, "images that can be decoded")
    return f"{count} images"


@promise(
    "dataset",
    "Its records pass the core's checks.",
    cause="no label, no input, numbers as ids, or text that is no string",
    fix="The message says what is wrong; yield `Rejected` for an item that cannot become a record.",
)
def check_records_are_usable(subject: DatasetSubject) -> None:
    """Check them as the core does; nine of ten must pass, images aside."""
    kinds = {name: part.make() for name, part in subject.offered.items()}
    rows, reasons = Rows(tuple(subject.dataset.tasks), MAX_PIXELS, LARGEST_SIDE, kinds), Counter[str]()
    for record in subject.records:
        try:
            rows(record)
        except RowError as error:
            reasons[str(error)] += 1
        except ImageError:
            pass  # a promise of its own
    _require_most(len(subject.records), reasons, "records that the core can use")


def _require_most(count: int, reasons: Counter[str], what: str) -> None:
    failed = sum(reasons.values())
    message = "; ".join(f"{reason} ({times})" for reason, times in reasons.most_common(3))
    expect(failed <= (1 - USABLE) * count, f"{USABLE:.0%} of {count} {what}", f"{failed} that fail: {message}")


@promise(
    "dataset",
    "An item that cannot become a record says where it stands and what is wrong.",
    cause="`Rejected` with an empty source or reason",
    fix='Give file and row, and the reason in words: `Rejected("cards.csv:17", "no title")`.',
)
def check_rejected_items_name_their_source(subject: DatasetSubject) -> str:
    """Look at those that the tiny data set yields."""
    results = [item for item in subject.items if isinstance(item, Rejected)]
    for item in results:
        expect(item.source and item.reason, "a source and a reason", f"source {item.source!r}, reason {item.reason!r}")
    return f"{len(results)} items were rejected"
