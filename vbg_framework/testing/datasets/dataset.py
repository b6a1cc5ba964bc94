"""What a data set promises."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from vbg_framework.contracts.record import Record, Task
from vbg_framework.data.preparation.prepare import prepare
from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.datasets.dataset_subject import DatasetSubject
from vbg_framework.testing.datasets.told import held, told_of
from vbg_framework.testing.processes.network import refused

ENOUGH = 8
"""With fewer records nobody can tell whether they are all held in memory."""


@promise(
    "dataset",
    "It says which tasks its records carry labels for.",
    cause="`tasks` returns names, is empty, or names one twice",
    fix='Return `[Task("form"), Task("colours", multi_label=True)]`.',
)
def check_tasks_are_declared(subject: DatasetSubject) -> None:
    """Look at `tasks` before a record is read."""
    tasks = list(subject.dataset.tasks)
    expect(tasks and all(isinstance(task, Task) for task in tasks), "at least one Task", tasks)
    twice = [name for name, count in Counter(task.name for task in tasks).items() if count > 1]
    expect(not twice, "each task once", f"{', '.join(twice)} more than once")


@promise(
    "dataset",
    "It yields records, each with an id of its own.",
    cause="an id that counts views of one object, or rows of one file of several",
    fix='Join what makes it unique: `f"{object_id}-{view}"`.',
)
def check_ids_are_unique(subject: DatasetSubject) -> None:
    """Read everything; ids are strings that are not empty."""
    others = [record.id for record in subject.records if not isinstance(record.id, str) or not record.id.strip()]
    expect(not others, "ids that are strings and not empty", others[:3])
    twice = [name for name, count in Counter(record.id for record in subject.records).items() if count > 1]
    expect(not twice, "every id once", f"{', '.join(twice[:3])} more than once")


@promise(
    "dataset",
    "Every pass yields the same records in the same order.",
    cause="a folder listed or a set walked through without `sorted`, or an iterator kept from the last pass",
    fix="Sort, and begin anew in `records()`.",
)
def check_order_is_stable(subject: DatasetSubject) -> None:
    """Compare two passes of one instance, and one of another."""
    first, second = subject.items, subject.read()
    require_same(first, second, "the second pass")
    with refused(subject.contacts):
        require_same(first, list(subject.build().records()), "another instance")


@promise(
    "dataset",
    "Reading may be broken off and begun again.",
    cause="an open file or a counter that the instance keeps between passes",
    fix="Open files inside `records()`, in a `with` block.",
)
def check_reading_can_be_broken_off(subject: DatasetSubject) -> None:
    """Read three records, then everything, then the rest of the first pass."""
    wanted = subject.items
    with refused(subject.contacts):
        begun = iter(subject.dataset.records())
        require_same(wanted[:3], list(islice(begun, 3)), "a pass")
        require_same(wanted, subject.read(), "a pass after one that was broken off")
        require_same(wanted[3:], list(begun), "the rest of the first one")


def require_same(wanted: list[Any], got: list[Any], which: str) -> None:
    """Break the promise unless both say the same in the same order."""
    for index, (a, b) in enumerate(zip_longest(wanted, got)):
        expect(told_of(a) == told_of(b), f"{which} to give {_name(a)} at place {index}", _name(b))


def _name(item: Any) -> str:
    return (
        getattr(item, "id", None) or getattr(item, "source", None) or ("nothing" if item is None else "another record")
    )


@promise(
    "dataset",
    "Records are read one by one, in constant memory.",
    cause="a list of all records, returned or looped over",
    fix="Write a generator: `for row in rows: yield Record(...)`.",
)
def check_records_are_read_one_by_one(subject: DatasetSubject) -> str:
    """Count the records in memory while each is dropped after it was yielded."""
    total = len(subject.records)
    if total < ENOUGH:
        raise NotApplicable(f"it takes {ENOUGH} records to tell, tiny has {total}")
    before = _alive()
    with refused(subject.contacts):
        items = subject.dataset.records()
        expect(isinstance(items, Iterator), "an iterator", f"a {type(items).__name__}")
        most = max(_alive() - before for index, _ in enumerate(items) if index in (0, total // 2))
    expect(most <= total // 2, f"at most {total // 2} of {total} records in memory at once", most)
    return f"at most {most} of {total} records in memory"


def _alive() -> int:
    return sum(issubclass(type(each), Record) for each in gc.get_objects())


@promise(
    "dataset",
    "The files and folders it names as sources are there: when one changes, the data is prepared again.",
    cause="a path relative to the working folder, or a pattern in place of files",
    fix="Return the paths that `records()` opens.",
)
def check_sources_are_there(subject: DatasetSubject) -> str:
    """Look for what `sources()` names."""
    sources = list(subject.dataset.sources())
    lost = [str(path) for path in sources if not path.exists()]
    expect(not lost, "paths that are there", f"nothing at {', '.join(lost[:3])}")
    return f"{len(sources)} paths"


@promise(
    "dataset",
    "Its own source, read for prediction, gives the same ids and inputs without labels.",
    cause="a second reader for new rows that does not follow every option",
    fix="Let `unlabelled` return an instance whose `records` are made by the same code, without targets.",
)
def check_prediction_reads_the_same(subject: DatasetSubject) -> str:
    """Give the option `path` to `unlabelled` and compare the records by their ids."""
    source = Path(getattr(subject.config, "path", None) or ".")
    new = type(subject.dataset).unlabelled(subject.config, source, {})
    if new is None:
        return "new rows are left to the core"
    with refused(subject.contacts):
        results = {item.id: item for item in new.records() if isinstance(item, Record)}
    for record in subject.records:
        expect(record.id in results, f"the record '{record.id}'", f"none among {len(results)} records")
        told, wanted = (_inputs(each) for each in (results[record.id], record))
        expect(told == wanted, f"the inputs {wanted} of '{record.id}'", told)
        expect(not results[record.id].targets, f"no label of '{record.id}'", results[record.id].targets)
    return f"{len(subject.records)} records"


@promise(
    "dataset",
    "Its own source, read for prediction with known labels, has no others and none that differ.",
    cause="`partly_labelled` reads labels by another rule than `records`, or ignores `tasks`",
    fix="Read them by the same code, and only those of `tasks`.",
)
def check_known_labels_are_those_of_training(subject: DatasetSubject) -> str:
    """Ask for the labels of the first task and compare them by the records' ids."""
    source, name = Path(getattr(subject.config, "path", None) or "."), subject.dataset.tasks[0].name
    new = type(subject.dataset).partly_labelled(subject.config, source, {}, [name])
    if new is None:
        return "new rows are left to the core"
    with refused(subject.contacts):
        results = {item.id: item.targets for item in new.records() if isinstance(item, Record)}
    known = {record.id: record.targets for record in subject.records if name in record.targets}
    read = {identity: told for identity, told in results.items() if told}
    expect(all(told.keys() == {name} for told in read.values()), f"labels of '{name}' alone", read)
    for identity in known.keys() & read:
        told, wanted = read[identity][name], known[identity][name]
        expect(told == wanted, f"the label {wanted!r} of '{identity}'", told)
    return f"{len(known.keys() & read)} of {len(known)} labels"


def _inputs(record: Record) -> dict[str, Any]:
    return {name: str(value) if name == "image" else held(name, value) for name, value in record.inputs.items()}


@promise(
    "dataset",
    "Preparing it twice gives the same data.",
    cause="draws without a seed, the clock, or the name of a temporary folder in a record",
    fix="Let everything in a record follow from the source and the options.",
)
def check_preparing_twice_gives_the_same(subject: DatasetSubject) -> None:
    """Prepare it into two empty caches and compare the fingerprints."""
    subject.dataset.facts()  # without files there is nothing to prepare
    prints = []
    for _ in range(2):
        with refused(subject.contacts):
            made = prepare(
                subject.component.name,
                subject.component,
                subject.config,
                cache=subject.folder(),
                modalities=subject.offered,
            )
        prints.append(made.info["fingerprint"])
    expect(prints[0] == prints[1], f"the fingerprint {prints[0][:12]}", prints[1][:12])
