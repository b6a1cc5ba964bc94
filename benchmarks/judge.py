"""What the judge of generated records lets pass: real records it has not seen, and augmenters that lie.

    uv run python benchmarks/judge.py [--data mini-museum] [--task form] [--objects 8] [--seeds 10] [options ...]
    VBG_WEIGHTS=... uv run python benchmarks/judge.py --encoder timm weights=mobilenet_v2_1.0_224 image_size=64

Of a data set the judge gets the pictures of so many objects per class, drawn by seed; those of up to 30 other objects
of each class are held back. Without `--encoder` it looks at outlines and colours. Prints per seed how many classes it
can tell, then over all seeds the share of held-back real records of these classes that pass, and of each liar's records
(`liars.py`): of one that draws on held-back records, by the judge alone, and of one that draws on the records the judge
has learnt from, as an augmenter does, after the checks for copies and repetitions. With 95 % intervals (Student's t
over seeds; a seed without a class that can be told is left out).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from judging import preset
from liars import COPYISTS, ESCAPING, LIARS, SIDE, lies
from scipy import stats

from vbg_framework import Record, Task, TrainView
from vbg_framework.config.augmentation import LoopConfig
from vbg_framework.config.part import make_part
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry
from vbg_framework.data.pictures.image import decode
from vbg_framework.generation.originals import Originals
from vbg_framework.generation.quality.encoder_judge import EncoderJudge, trained_encoder
from vbg_framework.generation.sieve import Sieve, image_hash
from vbg_framework.generation.verification.pictures import EncoderWitness, OutlineWitness
from vbg_framework.generation.verification.verifier import Verifier, fit_verifier
from vbg_framework.generation.verification.witness import Witness
from vbg_framework.screen import Screen

HELD, LIES = 30, 100  # objects held back per class; records of a liar


def collection(data: str, task: str) -> tuple[Task, list[Record]]:
    """The task, and all records with a picture and a label of it; one record per object, no other labels."""
    options = ["objects=1500", "tail=1", "views=1", "missing_text=0"] if data == "mini-museum" else []
    dataset = Registry.read().dataset(data, load_plugins(), options).make()
    known = next(each for each in dataset.tasks if each.name == task)
    found = dict[str, Record]()
    for record in dataset.records():
        name = record.targets.get(task)
        if isinstance(name, str) and record.inputs.get("image") is not None:
            small = decode(record.inputs["image"]).convert("RGB")
            small.thumbnail((SIDE, SIDE))
            key = record.group or record.id
            found.setdefault(key, replace(record, inputs={"image": small}, targets={task: name}))
    classes = known.classes or sorted({record.targets[task] for record in found.values()})
    return replace(known, classes=tuple(classes)), list(found.values())


def divided(records: Sequence[Record], task: Task, objects: int, seed: int) -> tuple[list[Record], list[Record]]:
    """So many records of each class, and up to 30 others of each class with as many."""
    known, others, draw = list[Record](), list[Record](), np.random.default_rng(seed)
    for name in task.classes:
        mine = [record for record in records if record.targets[task.name] == name]
        mixed = [mine[place] for place in draw.permutation(len(mine))]
        if len(mixed) >= objects + 5:
            known, others = known + mixed[:objects], others + mixed[objects : objects + HELD]
    return known, others


def looker(encoder: str | None, options: Sequence[str]) -> Witness:
    """What the judge looks with."""
    if encoder is None:
        return OutlineWitness()
    part = make_part("encoder", {"type": encoder, "frozen": True, **preset(None, options)}, "", load_plugins())
    with TemporaryDirectory() as assets:
        part.load().prepare(part.config, [], Path(assets), seed=0)
        made = trained_encoder(part, Path(assets), 0)
    assert made is not None, "the encoder has no pre-trained weights"
    return EncoderWitness(EncoderJudge(made, made.processor(False), name=encoder))


def kept(judge: Verifier, records: Sequence[Record], known: Originals | None = None) -> float:
    """Share of records of classes that can be told which pass, given known pictures those of the sieve; NaN of none."""
    task = judge.tasks[0].name
    asked = [record for record in records if judge.judges(task, record.targets[task])]
    look = judge if known is None else Sieve(LoopConfig(), known.hashes, judge, known)
    return float(np.mean([verdict.reason is None for verdict in look(asked)])) if asked else np.nan


def measured(witness: Witness, known: list[Record], others: list[Record], task: Task, seed: int) -> list[float]:
    """What passes of the real records, and of each liar's."""
    names = [name for name in task.classes if any(record.targets[task.name] == name for record in known)]
    only = replace(task, classes=tuple(names))
    view, groups = TrainView(known, tasks=[only], task=only.name), [record.id for record in known]
    judge = fit_verifier(view, groups, [witness], seed=seed, key="", screen=Screen())
    told = len(names) - len(judge.cannot_judge)
    found, draw = [kept(judge, others)], partial(lies, task=only.name, names=names, count=LIES, seed=seed)
    hashes = {row: image_hash(record.inputs["image"]) for row, record in enumerate(known)}
    seen = {row: code for row, code in hashes.items() if code is not None}
    copied = Originals(view, list(seen), np.array(list(seen.values()), np.uint8).reshape(-1, 32))
    for liar in (*LIARS, *ESCAPING, *COPYISTS):
        found += [kept(judge, draw(liar, others)), kept(judge, draw(liar, known), copied)]
    print(f"seed {seed}: can tell {told} of {len(names)} classes; " + ", ".join(f"{x:.2f}" for x in found), flush=True)
    return found


def summary(shares: np.ndarray) -> str:
    """Mean over seeds with its interval."""
    there = shares[np.isfinite(shares)]
    half = stats.t.ppf(0.975, len(there) - 1) * stats.sem(there) if len(there) > 1 else np.nan
    return f"{there.mean() if len(there) else np.nan:.3f} ± {half:.3f}"


def main() -> None:
    """Read the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="mini-museum", help="an entry of `datasets`")
    parser.add_argument("--task", default="form")
    parser.add_argument("--objects", type=int, default=8, help="objects per class that the judge learns from")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--encoder", help="a kind of image encoder with weights")
    parser.add_argument("options", nargs="*", help="options of the encoder")
    given = parser.parse_args()
    torch.set_num_threads(1)
    task, records = collection(given.data, given.task)
    witness = looker(given.encoder, given.options)
    parts = [(*divided(records, task, given.objects, seed), task, seed) for seed in range(1, given.seeds + 1)]
    rows = np.array([measured(witness, *part) for part in parts])
    print(f"{'real, held back':<16} {summary(rows[:, 0])}")
    for place, liar in enumerate((*LIARS, *ESCAPING, *COPYISTS)):
        from_others, from_known = rows[:, 1 + 2 * place], rows[:, 2 + 2 * place]
        print(f"{liar.__name__:<16} {summary(from_others)}   of known ones {summary(from_known)}")


if __name__ == "__main__":
    main()
