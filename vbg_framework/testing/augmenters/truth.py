"""Whether what an augmenter says of its records, items and vectors is true."""

from __future__ import annotations

from typing import Any

import numpy as np

from vbg_framework.contracts.record import Record
from vbg_framework.testing.augmenters.augmenter import (
    WANTED,
    AugmenterSubject,
    adds_vectors,
    batch,
    item_contents,
    makes_records,
    transforms_items,
    vector_targets,
    vectors,
)
from vbg_framework.testing.check import NotApplicable, expect, promise
from vbg_framework.testing.processes.randomness import watched

KINDS_OF_SOURCE = (
    *("algorithmicMedia", "algorithmicallyEnhanced", "composite", "compositeCapture", "compositeSynthetic"),
    *(
        "compositeWithTrainedAlgorithmicMedia",
        "computationalCapture",
        "dataDrivenMedia",
        "digitalArt",
        "digitalCapture",
    ),
    *("digitalCreation", "humanEdits", "minorHumanEdits", "multiFrameComputationalCapture", "negativeFilm"),
    *("positiveFilm", "print", "screenCapture", "softwareImage", "trainedAlgorithmicMedia", "virtualRecording"),
)
"""Words of http://cv.iptc.org/newscodes/digitalsourcetype/."""
SEEDS = range(6)


@promise(
    "augmenter",
    "Of its images it says truly what they are: `digital_source` is a word of IPTC's list.",
    cause="a misspelt word, or one of another list",
    fix="Take a word of http://cv.iptc.org/newscodes/digitalsourcetype/, such as `algorithmicallyEnhanced`.",
    applies=makes_records,
)
def check_digital_source_is_known(subject: AugmenterSubject) -> None:
    """Look at the class attribute."""
    word = subject.kind.digital_source
    expect(word in KINDS_OF_SOURCE, "a word of IPTC's digital source types", repr(word))


@promise(
    "augmenter",
    "Its records have only modalities that `modalities` names: the loop asks for what a judge can tell by these.",
    cause="a record that is copied whole where its picture alone was meant, or a property that `load` does not restore",
    fix='Name every modality: `modalities = ("image", "text")`, or leave it out, if records have what real ones have.',
    applies=makes_records,
)
def check_modalities_are_told(subject: AugmenterSubject) -> str:
    """Compare those of sixteen records with what the fitted augmenter names."""
    given = subject.fitted.modalities
    named = sorted({name for record in subject.train for name in record.inputs}) if given is None else given
    secret = sorted({name for record in subject.samples for name in record.inputs} - set(named))
    expect(not secret, f"records with {', '.join(named) or 'nothing'} alone", f"records with {', '.join(secret)}")
    return f"it makes {', '.join(named)}"


@promise(
    "augmenter",
    "Labels beside the one asked for are those of a record it was made from.",
    cause="the labels of one record joined with the image of another",
    fix="Copy targets and inputs from the same record, or leave the other targets out.",
    applies=makes_records,
)
def check_labels_come_from_sources(subject: AugmenterSubject) -> str:
    """Look at records that name sources, or have the text or metadata of a training record."""
    made = [(record, _sources(record, subject)) for record in subject.samples]
    for record, sources in made:
        if sources:
            _require_labels(record, sources)
    return f"{sum(bool(sources) for _, sources in made)} records have a source"


def _sources(made: Record, subject: AugmenterSubject) -> list[Record]:
    """The training records it names; else those whose text or metadata it has."""
    if made.origin and made.origin.sources:
        return [record for record in subject.train if record.id in made.origin.sources]
    own = [made.inputs[name] for name in ("text", "metadata") if made.inputs.get(name)]
    return [record for record in subject.train if any(value in record.inputs.values() for value in own)]


def _require_labels(record: Record, sources: list[Record]) -> None:
    for task, label in record.targets.items():
        if task == "form":  # that was asked for
            continue
        carried = {name for source in sources for name in source.targets.get(task, ())}
        expect(set(label) <= carried, f"labels of '{task}' that a source has: {sorted(carried)}", sorted(label))


@promise(
    "augmenter",
    "A transform changes only what its attribute `changes` names: of the rest, features are computed once.",
    cause="a modality that was added to the transform and not to `changes`",
    fix='Name every modality: `changes = ("image", "text")`, or leave the attribute out.',
    applies=transforms_items,
)
def check_changes_are_told(subject: AugmenterSubject) -> str:
    """Apply it under six seeds, and compare what it says it leaves alone."""
    transform = subject.fitted.transform(subject.view)
    changes = getattr(transform, "changes", None)
    if transform is None or changes is None:
        raise NotApplicable("it says it may change everything, or changes nothing with these options")
    known = {"image", "text", "metadata"}
    expect(set(changes) <= known, f"some of {', '.join(sorted(known))}", sorted(changes))
    items = batch(subject.train)
    before = item_contents(items)
    for seed in SEEDS:
        with watched(seed):
            after = item_contents(transform(items))
        secret = sorted({name for a, b in zip(before, after, strict=True) for name in _changed(a, b)} - set(changes))
        expect(not secret, f"changes of {', '.join(changes) or 'nothing'} alone", f"changes of {', '.join(secret)}")
    return f"it changes {', '.join(changes) or 'nothing'}"


def _changed(before: Any, after: Any) -> set[str]:
    return {name for name, value in before["inputs"].items() if after["inputs"].get(name) != value}


@promise(
    "augmenter",
    "A new vector lies where those of its class lie.",
    cause="codes of classes and vectors in another order, or vectors of one class given to another",
    fix="Make each vector of class c from vectors of class c, and build both arrays in one loop.",
    applies=adds_vectors,
)
def check_new_vectors_belong_to_their_class(subject: AugmenterSubject) -> str:
    """Give it classes that lie far apart; nine of ten new vectors must be nearest to their own."""
    x, labels = vectors(), vector_targets()
    result, targets = subject.fitted.resample(x, labels, task="form", wanted=WANTED, seed=1)
    new, codes = result[len(x) :], targets["form"][len(x) :]
    centres = {code: vectors()[vector_targets()["form"] == code].mean(0) for code in np.unique(codes)}
    if not centres:
        return "it made none"
    nearest = np.array([min(centres, key=lambda code: float(np.abs(each - centres[code]).sum())) for each in new])
    share = float((nearest == codes).mean())
    expect(share >= 0.9, "9 of 10 new vectors near their class", f"{share:.0%}")
    return f"{share:.0%} of {len(new)}"


@promise(
    "augmenter",
    "Another seed gives other vectors.",
    cause="a fixed seed inside, or the first vectors of a class every time",
    fix="Let every draw follow from `seed`.",
    applies=adds_vectors,
)
def check_other_seed_other_vectors(subject: AugmenterSubject) -> str:
    """Resample under six seeds."""
    said = []
    for seed in SEEDS:
        x, _ = subject.fitted.resample(vectors(), vector_targets(), task="form", wanted=WANTED, seed=seed)
        said.append(x.tobytes())
    if len(said[0]) == vectors().nbytes:
        return "it made none"
    expect(len(set(said)) > 1, "at least one other vector", f"the same under {len(said)} seeds")
    return ""
