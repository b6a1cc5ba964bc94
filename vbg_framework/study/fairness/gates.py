"""The conditions of a fair comparison, each of which fails a run that breaks it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.contracts.record import Record
from vbg_framework.data.pictures.hashes import BITS
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.splits.clusters import NEAR
from vbg_framework.generation.inner import Inner, view_of
from vbg_framework.generation.spread import COLLAPSED
from vbg_framework.study.fairness.evidence import Evidence, gather, samples
from vbg_framework.study.fairness.naming import Naming
from vbg_framework.study.fairness.twins import Twin, draw_gallery, find_twins, repeating_sources
from vbg_framework.study.folder import GATES
from vbg_framework.study.plan import Arm

NAMES = ("train-only", "test-copies", "memorised", "label-words", "blank", "collapse", "inner-validation")
GALLERIES = "gates"
MOST = 20  # ids that are named
SHOWN = 12  # pairs in a gallery
NO_AUGMENTER = "The run has no augmenter, so there are no generated records."


@dataclass(frozen=True)
class Gate:
    """One condition, checked on one run.

    Args:
        name: one of `NAMES`.
        passed: whether it holds.
        about: one sentence with the figures.
        offending: ids of the records at fault, the first 20.
        gallery: the picture to look at, below the run folder, if there is one.
        twins: what it shows, row by row.
    """

    name: str
    passed: bool
    about: str
    offending: tuple[str, ...] = ()
    gallery: str | None = None
    twins: tuple[Twin, ...] = ()


def check(run: RunFolder, arm: Arm, prepared: Prepared) -> list[Gate]:
    """Check a finished run; the gates come in the order of `NAMES`.

    The data is divided again, and pictures and texts are looked at again, whatever the run says of them.

    Args:
        run: the run.
        arm: what it is in the study. Copies are the point of a control that copies, so `memorised` passes for it.
        prepared: the data of the run.

    Raises:
        VBGError: the run is not finished, had other data, or a generated picture cannot be read.
    """
    evidence = gather(run, prepared)
    label_words = _label_words(evidence)
    if evidence.inner is None:
        return [label_words if name == "label-words" else Gate(name, True, NO_AUGMENTER) for name in NAMES]
    return [
        _train_only(evidence, evidence.inner),
        _test_copies(evidence),
        _memorised(evidence, arm),
        label_words,
        _blank(evidence),
        _collapse(evidence),
        _inner_validation(evidence, evidence.inner),
    ]


def write_gates(run: RunFolder, prepared: Prepared, gates: Sequence[Gate]) -> None:
    """Write the galleries, then `gates.json`: one mapping per gate, with its fields. Earlier ones are replaced."""
    shutil.rmtree(run.path / GALLERIES, ignore_errors=True)
    made = {record.id: record for record in samples(run)}
    for gate in gates:
        if gate.gallery:
            draw_gallery(run.path / gate.gallery, gate.name, gate.twins, made, prepared)
    run.write_json(GATES, [asdict(gate) for gate in gates])


def _gate(name: str, faults: Sequence[str], good: str, offending: Sequence[str], twins: Sequence[Twin] = ()) -> Gate:
    """A gate that holds if there are no faults."""
    about = "; ".join(faults) or good
    gallery = f"{GALLERIES}/{name}.png" if twins else None
    named = tuple(dict.fromkeys(offending))[:MOST]
    return Gate(name, not faults, f"{about[0].upper()}{about[1:]}.", named, gallery, tuple(twins)[:SHOWN])


def _train_only(evidence: Evidence, inner: Inner) -> Gate:
    made, key = evidence.made, inner.view.fingerprint
    own, whole = {key: set(inner.learn.ids)}, _whole(evidence, inner)
    known = {record.id: whole if _of_the_last_round(record, evidence) else own for record in made}
    foreign = [record.id for record in made if record.origin is None or record.origin.train not in known[record.id]]
    seen = [(record.id, record.origin) for record in made if record.origin]
    astray = [name for name, origin in seen if not known[name].get(origin.train, set()).issuperset(origin.sources)]
    stated, count = evidence.summary.get("training_records"), evidence.summary.get("records")
    part = f"the run's inner training part ({len(inner.learn):,} records, hash {key[:12]})"
    faults = [
        text
        for wrong, text in [
            (foreign, f"{len(foreign)} of {len(made)} generated records do not carry the hash of {part}"),
            (astray, f"{len(astray)} of {len(made)} generated records name sources outside {part}"),
            (stated != key, f"according to metrics.json the augmenter saw other records than {part}"),
            (count != len(made), f"of {count} generated records in metrics.json, samples.jsonl holds {len(made)}"),
        ]
        if wrong
    ]
    good = f"All {len(made)} generated records were made from {part}"
    if evidence.taught:
        good += "; before the last round the augmenter learnt from the whole training split"
    return _gate("train-only", faults, good, foreign + astray)


def _of_the_last_round(record: Record, evidence: Evidence) -> bool:
    """Whether an augmenter that learns from rounds made a record after the last lesson, which the whole split gives."""
    return evidence.taught and record.id.startswith(f"SYN_{evidence.experiment.loop.rounds}_")


def _whole(evidence: Evidence, inner: Inner) -> dict[str, set[str]]:
    """Hash -> ids of the whole training split."""
    train = evidence.items["train"]
    return {view_of(train, inner.view.task.name, evidence.prepared.fingerprint).fingerprint: set(train.ids)}


def _test_copies(evidence: Evidence) -> Gate:
    twins = find_twins(evidence.hashes, [evidence.items["validation"], evidence.items["test"]])
    excused = repeating_sources([twin for twin in twins if twin.copied], evidence)
    offending = [twin.id for twin in twins if twin.copied and twin.id not in excused]
    about = _likeness(twins, len(offending), "validation or test")
    if excused:
        about += f"; {len(excused)} more repeat a training picture that the split divides from its own near copy"
    return _gate("test-copies", [about] if offending else [], about, offending, twins)


def _memorised(evidence: Evidence, arm: Arm) -> Gate:
    twins = find_twins(evidence.hashes, [evidence.items["train"]])
    copied = [twin.id for twin in twins if twin.copied]
    about = _likeness(twins, len(copied), "training")
    if arm.copies_of is not None:
        return _gate("memorised", [], f"Copies are the point of this control: {about}", [], twins)
    return _gate("memorised", [about] if copied else [], about, copied, twins)


def _likeness(twins: Sequence[Twin], copied: int, where: str) -> str:
    """How near generated pictures come to real ones."""
    if not twins:
        return "there are no generated pictures to compare"
    share = f"{copied} of {len(twins)} generated pictures ({copied / len(twins):.1%})"
    middle = twins[len(twins) // 2].bits
    return (
        f"{share} are near copies of a {where} picture (at most {NEAR} of {BITS} bits of the perceptual hash differ; "
        f"the closest differ in {twins[0].bits}, the median in {middle})"
    )


def _label_words(evidence: Evidence) -> Gate:
    name, text = "label-words", evidence.experiment.text
    if "text" not in evidence.experiment.modalities:
        return Gate(name, True, "The model reads no text.")
    naming = Naming(evidence.items["train"].tasks, text.synonyms)
    if text.policy == "full":
        result = naming(evidence.items["test"])
        return Gate(name, True, f"{_share(result)} of the test split name a class of their own; nothing is masked.")
    parts = {split: naming(items) for split, items in evidence.texts().items()}
    named = {split: result for split, result in parts.items() if any(result.values())}
    faults = [f"{_share(result)} ({split}) name a class of their own" for split, result in named.items()]
    first = ("generated", "test", "validation", "train")
    offending = [identity for split in first for identity, named in parts[split].items() if named]
    total = sum(map(len, parts.values()))
    return _gate(name, faults, f"None of the {total:,} texts the model reads names a class of its own", offending)


def _share(results: dict[str, bool]) -> str:
    count = sum(results.values())
    return f"{count:,} of {len(results):,} texts ({count / len(results):.1%})" if results else "0 of 0 texts"


def _blank(evidence: Evidence) -> Gate:
    blank = [identity for identity, code in evidence.hashes.items() if code is None]
    about = f"{len(blank)} of {len(evidence.hashes)} generated pictures are black or of one colour"
    return _gate("blank", [about] if blank else [], about, blank, [Twin(identity) for identity in blank])


def _collapse(evidence: Evidence) -> Gate:
    """A generator that ignores its noise makes one picture per class."""
    told = [report["diversity"] for report in evidence.rounds if report.get("diversity")]
    if not told:
        return Gate("collapse", True, "No class has two generated pictures to compare.")
    least = min(told, key=lambda each: each["ratio"])
    about = (
        f"pictures of a class differ {least['ratio']:.1%} as much as real ones ({least['generated']:.3f} beside "
        f"{least['real']:.3f}, mean difference of pixels of 16 px thumbnails; at least {COLLAPSED:.0%} is asked for)"
    )
    return _gate("collapse", [about] if least["ratio"] < COLLAPSED else [], about, [])


def _inner_validation(evidence: Evidence, inner: Inner) -> Gate:
    held = set(inner.measure.ids)
    others = set(evidence.items["validation"].ids) | set(evidence.items["test"].ids) | evidence.tested
    shared = sorted((held | set(inner.learn.ids)) & others) + sorted(held & set(inner.learn.ids))
    part = f"the inner validation part ({len(held):,} of {len(held) + len(inner.learn):,} training records)"
    faults = [f"{len(shared)} records of the training split were seen elsewhere too"] if shared else []
    faults += [f"round {number} was not measured on {part}" for number in _unmeasured(evidence, inner)]
    counted, told = evidence.summary.get("rounds"), len(evidence.rounds)
    faults += [f"of {counted} rounds in metrics.json, rounds.json holds {told}"] if counted != told else []
    scores = ", ".join(f"{report['score']:.3f}" for report in evidence.rounds if report["score"] is not None)
    used = f"the rounds it steered by scored {scores} on it" if scores else "no round needed it"
    good = f"Validation, test and what the augmenter saw hold nothing of {part}; {used}"
    return _gate("inner-validation", faults, good, shared)


def _unmeasured(evidence: Evidence, inner: Inner) -> list[int]:
    """Rounds without the score, or whose recalls cannot be of the inner validation part: they count other records."""
    task = inner.view.task
    counts = dict(zip(task.classes, inner.measure.counts(task.name), strict=True))
    return [
        report["round"]
        for report in evidence.rounds
        if report["round"] < evidence.experiment.loop.rounds
        and (report["score"] is None or not all(_possible(report["recall"][name], n) for name, n in counts.items()))
    ]


def _possible(recall: float | None, count: int) -> bool:
    """Whether so many records can have this recall."""
    if recall is None or not count:
        return recall is None and not count
    return abs(recall * count - round(recall * count)) < 1e-6
