"""What a modality promises."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from functools import cached_property
from typing import Any

from PIL import Image

from vbg_framework.contracts.modality import OWN, Modality
from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.encoders.processor import alike
from vbg_framework.testing.subject import Subject

COUNT = 8  # examples
USELESS: tuple[Any, ...] = (b"", b"no such file", b"\x00" * 7, object())
"""Values that no modality can read."""


class ModalitySubject(Subject):
    """A modality with examples."""

    @cached_property
    def modality(self) -> Modality:
        """An instance with the tiny options."""
        made: Modality = self.build()
        return made

    @cached_property
    def examples(self) -> list[Any]:
        """The first items it gives."""
        return [self.modality.example(number) for number in range(COUNT)]

    @cached_property
    def kept(self) -> list[bytes]:
        """Their stored form."""
        return [self.modality.store(item) for item in self.examples]

    def live(self) -> None:
        """Store, open and show."""
        made = self.build()
        for number in range(COUNT):
            made.picture(made.open(made.store(made.example(number))))


@promise(
    "modality",
    "Examples are stored as bytes, each as others.",
    cause="an example that does not depend on its number, or a stored form that leaves out what differs",
    fix="Draw from `np.random.default_rng(number)`, and return `bytes`.",
)
def check_examples_are_stored(subject: Any) -> None:
    """Store eight."""
    for kept in subject.kept:
        expect(isinstance(kept, bytes) and kept, "bytes", repr(kept)[:60])
    expect(len(set(subject.kept)) == COUNT, f"{COUNT} different items", f"{len(set(subject.kept))}")


@promise(
    "modality",
    "What was stored may be opened, and stored again as the same bytes.",
    cause="rounding that goes on at every pass, or an opened item that `store` does not take",
    fix="Let `store` return bytes that it would return unchanged, and take what `open` returns.",
)
def check_stored_bytes_stay(subject: Any) -> None:
    """Store stored bytes, and opened items."""
    for index, kept in enumerate(subject.kept):
        for what, value in (("its stored bytes", kept), ("the opened item", subject.modality.open(kept))):
            expect(
                subject.modality.store(value) == kept, f"{what} of example {index} to be stored alike", "other bytes"
            )


@promise(
    "modality",
    "The stored form follows from the value and the options alone, in any thread.",
    cause="the time or a name of a file in the bytes, a draw, or a buffer that all calls share",
    fix="Keep nothing between two calls, and write nothing that the value does not hold.",
)
def check_storing_is_repeatable(subject: Any) -> None:
    """Store the examples again: with another instance, in other order, in threads."""
    other = subject.build()
    with ThreadPoolExecutor(4) as pool:
        again = list(pool.map(other.store, reversed(subject.examples)))[::-1]
    changed = [index for index, kept in enumerate(subject.kept) if again[index] != kept]
    expect(not changed, "the same bytes", f"others of the examples {changed}")


@promise(
    "modality",
    "What cannot be read is refused: it goes to the quarantine, and the rest goes on.",
    cause="bytes that are taken as they are",
    fix="Check what is read, and `raise ValueError(reason)`.",
)
def check_useless_values_are_refused(subject: Any) -> None:
    """Store an empty file, two that hold nothing of the kind, and an object of another type."""
    for value in USELESS:
        try:
            kept = subject.modality.store(value)
        except Exception:  # whatever a library raises is told with the record
            continue
        expect(False, f"{value!r:.30} to be refused", f"{kept!r:.40}")


@promise(
    "modality",
    "A value stays as it is.",
    cause="arithmetic in place, such as `value -= value.mean()`",
    fix="Work on a copy.",
)
def check_values_stay(subject: Any) -> None:
    """Store and show copies of the examples, and compare."""
    for index, item in enumerate(subject.examples):
        copy = deepcopy(item)
        subject.modality.store(copy)
        subject.modality.picture(copy)
        expect(alike(copy, item), f"example {index} as it was", "another one")


@promise(
    "modality",
    "What people see of an item is a picture in RGB, or nothing.",
    cause="an array, or a picture in another mode",
    fix='Return `Image.fromarray(pixels).convert("RGB")`.',
)
def check_picture_is_rgb(subject: Any) -> None:
    """Look at every example."""
    for kept in subject.kept:
        shown = subject.modality.picture(subject.modality.open(kept))
        if shown is not None:
            expect(isinstance(shown, Image.Image) and shown.mode == "RGB", "a picture in RGB", shown)


@promise(
    "modality",
    "Its name is its own, and it says which files hold it.",
    cause="the name of a modality that the framework knows, or suffixes without a point or in capitals",
    fix='Choose another name; write `suffixes = (".wav",)`.',
)
def check_name_and_suffixes_are_usable(subject: Any) -> None:
    """Look at the name, and at `suffixes`."""
    expect(subject.component.name not in OWN, f"a name other than {', '.join(OWN)}", subject.component.name)
    suffixes = subject.kind.suffixes
    fine = isinstance(suffixes, tuple) and all(each.startswith(".") and each == each.lower() for each in suffixes)
    expect(fine, "suffixes such as `.wav`", suffixes)


@promise(
    "modality",
    "It can be pickled: extra processes read items, too.",
    cause="an open file or a lambda in `self`",
    fix="Keep the options alone in `self`.",
)
def check_modality_can_be_pickled(subject: Any) -> None:
    """Pickle it, and store with the copy."""
    copy = pickle.loads(pickle.dumps(subject.modality))
    expect(copy.store(subject.examples[0]) == subject.kept[0], "the same bytes", "others")
