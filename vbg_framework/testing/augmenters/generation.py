"""What an augmenter promises that makes new records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.record import Record, Task
from vbg_framework.contracts.soft_label import soft_complaint
from vbg_framework.data.pictures.image import decode
from vbg_framework.testing.augmenters.alarm import Alarm, Interrupted
from vbg_framework.testing.augmenters.augmenter import ABSENT, REQUESTS, AugmenterSubject, content, makes_records
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.processes.randomness import watched


def learns(kind: type[Any]) -> bool:
    """Whether an augmenter has something to fit."""
    return getattr(kind, "fit", None) is not Augmenter.fit


@promise(
    "augmenter",
    "Every request is answered in order, by a record or by None; no request, no answer.",
    cause="a `return` where one record fails, or a whole batch of samples yielded for one request",
    fix="Loop over `requests` and yield exactly once for each.",
    applies=makes_records,
)
def check_every_request_is_answered(subject: AugmenterSubject) -> str:
    """Ask for nothing, then for sixteen records."""
    none = subject.ask(subject.fitted, ())
    expect(not none, "no answer to no request", f"{len(none)} answers")
    said = subject.ask(subject.fitted)
    expect(len(said) == len(REQUESTS), f"{len(REQUESTS)} answers to {len(REQUESTS)} requests", len(said))
    others = sorted({type(each).__name__ for each in said if not isinstance(each, Record | None)})
    expect(not others, "answers that are a Record or None", ", ".join(others))
    made = sum(each is not None for each in said)
    expect(made, "a record for some request of a class with many training records", "None for all of them")
    return f"{made} of {len(REQUESTS)} requests gave a record"


@promise(
    "augmenter",
    "A record has the class that was asked for; its other labels are known classes of known tasks, soft ones too.",
    cause="requests grouped by class and answered in another order, or labels copied from a data set of one's own",
    fix="Put the request into the targets: `targets={**request}`.",
    applies=makes_records,
)
def check_labels_are_as_requested(subject: AugmenterSubject) -> None:
    """Ask for sixteen records of three classes."""
    for request, record in zip(REQUESTS, subject.ask(subject.fitted), strict=False):
        if record is None:
            continue
        for task, name in request.items():
            expect(record.targets.get(task) == name, f"{task} = {name!r}, as requested", repr(record.targets.get(task)))
        for task, label in record.targets.items():
            expect(_known(label, subject.view.tasks.get(task)), f"known classes of '{task}'", f"{label!r}")
        wrong = soft_complaint(record, subject.view.tasks)
        expect(wrong is None, "soft labels whose shares of known classes add up to 1", wrong)


def _known(label: Any, task: Task | None) -> bool:
    if task is None:
        return False
    names = label if task.multi_label and not isinstance(label, str) else [label]
    return set(names) <= set(task.classes)


@promise(
    "augmenter",
    "A record has an image, a text or metadata that the core can use, in the fields of the training records.",
    cause="a tensor or array in place of an image, or text under a field of its own",
    fix="Make a PIL image in RGB (`Image.fromarray`); copy the names of fields from `train[i].inputs`.",
    applies=makes_records,
)
def check_inputs_are_usable(subject: AugmenterSubject) -> None:
    """Decode the images; compare the fields with those of the training records."""
    fields = {
        modality: {name for record in subject.train for name in record.inputs.get(modality, ())}
        for modality in ("text", "metadata")
    }
    for record in subject.samples:
        there = set(record.inputs)
        expect(there and there <= {"image", *fields}, "an image, text or metadata", sorted(there) or "nothing")
        if "image" in there:
            decode(record.inputs["image"])
        for modality in there & set(fields):
            _require_fields(record.inputs[modality], modality, fields[modality])


def _require_fields(value: Any, modality: str, known: set[str]) -> None:
    kinds: tuple[type, ...] = (str,) if modality == "text" else (str, int, float)
    if modality == "text" and isinstance(value, str):
        return
    expect(isinstance(value, Mapping) and value, f"{modality} as field -> value", repr(value)[:80])
    expect(set(value) <= known, f"{modality} in the fields {', '.join(sorted(known))}", ", ".join(sorted(value)))
    others = {name: type(each).__name__ for name, each in value.items() if not isinstance(each, kinds)}
    expect(not others, f"{modality} of {' or '.join(kind.__name__ for kind in kinds)}", others)


@promise(
    "augmenter",
    "A request for a class without training records is answered by None or a valid record.",
    cause="a choice from an empty list, or a class index that was never learnt",
    fix="Yield None where `train.matching(request)` is empty and nothing else helps.",
    applies=makes_records,
)
def check_absent_class_is_survived(subject: AugmenterSubject) -> None:
    """Ask for one between two ordinary requests."""
    said = subject.ask(subject.fitted, (REQUESTS[0], ABSENT, REQUESTS[1]))
    expect(len(said) == 3, "3 answers to 3 requests", len(said))
    answer = said[1]
    if answer is not None:
        expect(answer.targets.get("form") == ABSENT["form"], f"form = {ABSENT['form']!r}", answer.targets.get("form"))


@promise(
    "augmenter",
    "Samples follow from what was fitted, the requests, the training records and the seed alone.",
    cause="numbers drawn from a global generator, or state that `generate` changes",
    fix="Make a generator from `seed` at the beginning of `generate`, and draw from nothing else.",
    applies=makes_records,
)
def check_samples_follow_from_the_seed(subject: AugmenterSubject) -> None:
    """Ask twice, with the global generators in different states."""
    said = []
    for state in (1, 2):
        with watched(state):
            said.append([content(record) for record in subject.ask(subject.fitted, seed=3)])
    differ = sum(a != b for a, b in zip(*said, strict=True))
    expect(not differ, "the same records twice", f"{differ} of {len(said[0])} differ")


@promise(
    "augmenter",
    "Another seed gives other samples.",
    cause="a fixed seed inside, or the first training records every time",
    fix="Let every draw follow from `seed`.",
    applies=makes_records,
)
def check_other_seed_other_samples(subject: AugmenterSubject) -> None:
    """Ask for sixteen records under three seeds."""
    said = [[content(record) for record in subject.ask(subject.fitted, seed=seed)] for seed in (1, 2, 3)]
    expect(not said[0] == said[1] == said[2], "at least one other record", "the same sixteen under three seeds")


@promise(
    "augmenter",
    "A fit that was killed goes on in the same folder, and ends as if nothing had happened.",
    cause="`mkdir` of a folder that is there, a half-written checkpoint, or random state that was not saved",
    fix="Write checkpoints under another name and rename them; save the step and the generators' states with them.",
    applies=learns,
)
def check_fit_can_be_interrupted(subject: AugmenterSubject) -> str:
    """Call `fit` again after it was finished, and after it was killed half-way."""
    wanted = subject.answers(subject.fitted)
    reads, steps = subject.alarms
    again = subject.answers(subject.fit_in(subject.home))
    expect(again == wanted, "the same answers from a second fit in the folder of a finished one", "others")
    if not max(reads.steps, steps.steps) > 1:
        return "nothing to interrupt"
    folder, half = subject.folder(), Alarm(max(1, (steps.steps or reads.steps) // 2))
    try:
        subject.fit_in(folder, steps=half if steps.steps else None, reads=None if steps.steps else half)
        return "could not be interrupted"
    except Interrupted:
        again = subject.answers(subject.fit_in(folder))
    expect(again == wanted, "the same answers after an interruption", "others")
    return f"interrupted at {half.at} of {steps.steps or reads.steps}"
