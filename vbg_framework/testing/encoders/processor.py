"""What the processor of an encoder promises: it works in other processes, on raw items."""

from __future__ import annotations

import io
import pickle
from copy import deepcopy
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.encoders.encoder import BATCH, EncoderSubject
from vbg_framework.testing.modules.module import differences, told
from vbg_framework.testing.processes.randomness import watched


class _Weights(pickle.Pickler):
    """Walks through an object as pickling does, and notes what holds weights."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO())
        self.found: list[str] = []

    def persistent_id(self, value: Any) -> str | None:
        """Called for every object on the way."""
        holder = isinstance(value, nn.Module) and any(True for _ in value.parameters())
        if not holder and not isinstance(value, nn.Parameter):
            return None
        self.found.append(type(value).__name__)
        return "weights"  # go no deeper


@promise(
    "encoder",
    "A processor holds no weights: every worker process gets a copy of it.",
    cause="a method of the encoder returned as processor, or a class that keeps the encoder",
    fix="Write a class of its own that keeps only what it needs: a size, a tokeniser.",
)
def check_processor_holds_no_weights(subject: EncoderSubject) -> None:
    """Go through what would be pickled, for training and for evaluation."""
    for train in (True, False):
        weights = _Weights()
        weights.dump(subject.encoder.processor(train))
        expect(not weights.found, "no parameters in the processor", f"found {', '.join(weights.found)}")


@promise(
    "encoder",
    "A processor can be pickled, and works the same afterwards.",
    cause="a lambda, a nested function or an open file",
    fix="Return an instance of a class, or a `functools.partial` of a function, at the top of a module.",
)
def check_processor_is_picklable(subject: EncoderSubject) -> None:
    """Pickle both; unpickle and apply the one for evaluation."""
    pickle.dumps(subject.encoder.processor(True))
    processor = subject.encoder.processor(False)
    items = subject.items[:BATCH]
    result = differences(processor(items), pickle.loads(pickle.dumps(processor))(items))
    expect(not result, "the same tensors after pickling", told(result))


@promise(
    "encoder",
    "A processor returns tensors whose first dimension is the batch.",
    cause="a list or array instead of a tensor, or items joined along another dimension",
    fix="Stack or pad the items along a new first dimension.",
)
def check_processor_returns_a_batch(subject: EncoderSubject) -> None:
    """Process one item, and several, for training and for evaluation."""
    for train in (True, False):
        for count in (1, BATCH):
            made = subject.encoder.processor(train)(subject.items[:count])
            others = {name: type(value).__name__ for name, value in made.items() if not isinstance(value, Tensor)}
            expect(not others, "only tensors", others)
            shapes = {name: tuple(value.shape) for name, value in made.items()}
            expect(made and all(shape[:1] == (count,) for shape in shapes.values()), f"tensors ({count}, ...)", shapes)


@promise(
    "encoder",
    "Without training a processor draws nothing at random.",
    cause="random transforms that do not ask whether `train` is true",
    fix="Make them only for `processor(True)`.",
)
def check_processing_is_deterministic(subject: EncoderSubject) -> None:
    """Process the same items twice, with the global generators in different states."""
    made = []
    for seed in (1, 2):
        with watched(seed) as draws:
            made.append(subject.encoder.processor(False)(subject.items[:BATCH]))
        expect(not draws.names, "no draw", draws)
    result = differences(made[0], made[1])
    expect(not result, "the same tensors twice", told(result))


@promise(
    "encoder",
    "Random transforms draw from torch's global generator alone: the core seeds it for every batch.",
    cause="`random` or `np.random` in a transform, or a generator that the processor keeps",
    fix="Draw with `torch.rand` and the like; torchvision's transforms do.",
)
def check_random_transforms_follow_torch(subject: EncoderSubject) -> None:
    """Process twice under one torch seed, with Python's and NumPy's generators in different states."""
    processor, made = subject.encoder.processor(True), []
    for other in (1, 2):
        with watched(other):
            torch.default_generator.manual_seed(0)
            made.append(processor(subject.items[:BATCH]))
    result = differences(made[0], made[1])
    expect(not result, "the same tensors under the same torch seed", told(result))


@promise(
    "encoder",
    "A processor leaves its items alone: the next pass, and other encoders, get the same ones.",
    cause="`image.thumbnail(...)`, `image.paste(...)`, `item.pop(...)` or `item[...] = ...`",
    fix="Work on copies: `image.resize(...)`, `{**item}`.",
)
def check_processor_leaves_items_alone(subject: EncoderSubject) -> None:
    """Compare the items before and after, for training and for evaluation."""
    for train in (True, False):
        items = [deepcopy(item) for item in subject.items[:BATCH]]
        subject.encoder.processor(train)(items)
        changed = [n for n, (a, b) in enumerate(zip(items, subject.items, strict=False)) if not alike(a, b)]
        expect(
            not changed and len(items) == BATCH, "the items as they were", f"items {changed} of {len(items)} changed"
        )


def alike(a: Any, b: Any) -> bool:
    """Whether two raw items, of any modality, hold the same."""
    if isinstance(a, Image.Image) and isinstance(b, Image.Image):
        return a.size == b.size and a.mode == b.mode and a.tobytes() == b.tobytes()
    return type(a) is type(b) and pickle.dumps(a) == pickle.dumps(b)
