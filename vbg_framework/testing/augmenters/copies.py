"""What an augmenter promises about the records it has seen, and about those it must not see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image

from vbg_framework.contracts.record import Record
from vbg_framework.testing.augmenters.augmenter import AugmenterSubject, content, makes_records, pixels
from vbg_framework.testing.check import expect, promise


@promise(
    "augmenter",
    "Training records stay as they are.",
    cause="drawing on an image of the training split, or changing its dictionaries",
    fix="Work on copies: `image.copy()`, `{**record.inputs}`.",
)
def check_training_records_stay_untouched(subject: AugmenterSubject) -> None:
    """Compare them before and after fitting and asking."""
    subject.answers(subject.fitted)
    changed = [a.id for a, b in zip(subject.train, subject.untouched, strict=True) if content(a) != b]
    expect(not changed, "the records as they were", f"{', '.join(changed)} changed")


@promise(
    "augmenter",
    "What is held out stays hidden: no image or text of it comes back.",
    cause="`train.held_out` used to learn or to copy from, instead of to decide when to stop",
    fix="Learn from `train` alone.",
    applies=makes_records,
)
def check_held_out_images_stay_hidden(subject: AugmenterSubject) -> None:
    """Compare pixel by pixel, and text by text."""
    hidden = {pixels(image).tobytes(): record.id for record, image in _images(subject.held_out)}
    shown = [hidden[result] for _, image in _images(subject.samples) if (result := pixels(image).tobytes()) in hidden]
    expect(not shown, "no image of the held-out part", f"the images of {', '.join(sorted(set(shown)))}")
    words = _texts(subject.held_out) - _texts(subject.train)
    told = sorted(words & _texts(subject.samples))
    expect(not told, "no text of the held-out part", ", ".join(map(repr, told[:3])))


@promise(
    "augmenter",
    "A copy of a training image names its record in `origin.sources`.",
    cause="records derived from training records without an `Origin`",
    fix="Yield `Record(..., origin=Origin(sources=(record.id,)))`.",
    applies=makes_records,
)
def check_copies_name_their_sources(subject: AugmenterSubject) -> str:
    """Compare pixel by pixel; the remark says how near the samples come to training images."""
    known = {pixels(image).tobytes(): record.id for record, image in _images(subject.train)}
    made, copies = _images(subject.samples), 0
    for record, image in made:
        source = known.get(pixels(image).tobytes())
        copies += source is not None
        sources = record.origin.sources if record.origin else ()
        expect(source is None or source in sources, f"{source} in origin.sources of its copy", sources or "no source")
    if not made:
        return "it makes no images"
    gaps = distances([image for _, image in made], [image for _, image in _images(subject.train)])
    return (
        f"distance to the nearest training image: mean {gaps.mean():.4f}, least {gaps.min():.4f} (mean absolute "
        f"difference of pixels, 0 to 1); exact copies: {copies} of {len(made)} ({copies / len(made):.0%})"
    )


def distances(made: Sequence[object], known: Sequence[object]) -> np.ndarray:
    """(n,) mean absolute difference of pixels, 0 to 1, to the nearest known image, all brought to 32 x 32 pixels."""
    a, b = _small(made), _small(known)
    return np.array([np.abs(b - each).mean(axis=1).min() for each in a])


def _small(images: Sequence[object]) -> np.ndarray:
    arrays = [np.asarray(Image.fromarray(pixels(image)).resize((32, 32))) for image in images]
    return np.stack(arrays).reshape(len(arrays), -1).astype(np.float32) / 255


def _texts(records: Sequence[Record]) -> set[str]:
    """Every text of some records."""
    texts = [record.inputs["text"] for record in records if "text" in record.inputs]
    return {field for text in texts for field in (text.values() if isinstance(text, Mapping) else [text])}


def _images(records: Sequence[Record]) -> list[tuple[Record, object]]:
    return [(record, record.inputs["image"]) for record in records if "image" in record.inputs]
