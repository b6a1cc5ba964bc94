"""What an encoder promises of the steps of its life, and of what its features say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from vbg_framework.testing.check import expect, promise
from vbg_framework.testing.encoders.encoder import EncoderSubject
from vbg_framework.testing.estimators.learnt import pickles
from vbg_framework.testing.modules.module import differences, told
from vbg_framework.testing.modules.module_subject import SAME
from vbg_framework.testing.processes.randomness import watched


@promise(
    "encoder",
    "`prepare` writes the same files for the same items and seed, whatever the state of the global generators.",
    cause="`random.sample` or `np.random` without the seed, the clock, or an order that is not sorted",
    fix="Make a generator from `seed`, and sort.",
)
def check_preparing_follows_from_the_seed(subject: EncoderSubject) -> str:
    """Prepare twice under different states, and compare every byte."""
    first, second = _twice(lambda: _contents(subject.prepared()))
    other = sorted(name for name in {*first, *second} if first.get(name) != second.get(name))
    expect(not other, "the same files", f"others: {', '.join(other[:3])}")
    return f"{len(first)} files"


@promise(
    "encoder",
    "`pretrain` gives the same weights for the same items and seed, whatever the state of the global generators.",
    cause="dropout, masks or an order of items drawn from a global generator that `seed` has not set",
    fix="Draw from a generator made from `seed`, or seed in a block that gives the global state back.",
)
def check_pretraining_follows_from_the_seed(subject: EncoderSubject) -> None:
    """Do it twice under different states, and compare all weights and buffers."""
    first, second = _twice(lambda: {name: each.clone() for name, each in subject.pretrained().state_dict().items()})
    result = differences(first, second)
    expect(not result, "the same weights", told(result))


def _twice(act: Callable[[], Any]) -> tuple[Any, Any]:
    made = []
    for state in (1, 2):
        with watched(state):
            made.append(act())
    return made[0], made[1]


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@promise(
    "encoder",
    "`prepare` writes no pickle: opening one can run anybody's code.",
    cause="`pickle`, `joblib`, `torch.save`, or `np.save` of objects",
    fix="Write numbers to safetensors and the rest to JSON.",
)
def check_assets_hold_no_pickle(subject: EncoderSubject) -> None:
    """Look at the names and the first bytes of all files."""
    bad = pickles(subject.assets)
    expect(not bad, "no pickle", ", ".join(bad))


@promise(
    "encoder",
    "Unlike items have unlike features.",
    cause="an input that is read and not used, or features that are all cut off at zero",
    fix="Follow an item from the processor to `tokens` and `pooled`.",
)
def check_items_are_told_apart(subject: EncoderSubject) -> None:
    """Compare all training items; some must differ, in `tokens` and in `pooled`."""
    results = [subject.encode([item]) for item in subject.items]
    pooled = torch.cat([each.pooled for each in results])
    expect(float((pooled - pooled[:1]).abs().max()) > SAME, "unlike `pooled`", "the same for all items")
    first = results[0].tokens[results[0].mask]
    others = (each.tokens[each.mask] for each in results[1:])
    same = all(each.shape == first.shape and float((each - first).abs().max()) <= SAME for each in others)
    expect(not same, "unlike `tokens`", "the same for all items")


@promise(
    "encoder",
    "The sizes of `blocks` sum to `dim`: heads cut `pooled` by them.",
    cause="`blocks` counted for another option than the one in use",
    fix="Let `blocks` and `dim` follow from the same numbers.",
)
def check_blocks_fill_the_vector(subject: EncoderSubject) -> str:
    """Add them up; their modality is that of the encoder."""
    blocks, dim = subject.encoder.blocks, subject.encoder.dim
    expect(sum(block.size for block in blocks) == dim, f"sizes that sum to {dim}", [block.size for block in blocks])
    strange = sorted({block.modality for block in blocks} - {subject.kind.modality, ""})
    expect(not strange, f"blocks of {subject.kind.modality}", ", ".join(strange))
    return f"{len(blocks)} blocks"
