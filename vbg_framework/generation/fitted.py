"""Fitted augmenters, kept by what they were made of, so that nobody waits twice for the same one."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from filelock import FileLock

from vbg_framework.cost import Cost, Meter
from vbg_framework.interfaces import Augmenter
from vbg_framework.registry import Part
from vbg_framework.screen import Screen
from vbg_framework.seeds import derive, isolated, seed_everything
from vbg_framework.source_code import code_hash
from vbg_framework.train_view import TrainView

ABOUT = "about.json"
STATE = "state"  # what the augmenter's `save` wrote
SPENT = "cost.json"  # so far, while fitting
WORK = "work"  # its own folder while fitting: losses, grids, checkpoints


@dataclass(frozen=True)
class Fitted:
    """A fitted augmenter.

    Args:
        augmenter: ready to generate.
        folder: its cached files.
        cost: what fitting took, whoever did it and in however many attempts.
        reused: whether it came out of the cache.
    """

    augmenter: Augmenter
    folder: Path
    cost: Cost
    reused: bool


def fitted(part: Part, view: TrainView, *, accelerator: Accelerator, seed: int, cache: Path, screen: Screen) -> Fitted:
    """Fit an augmenter on the training records, or take it from the cache.

    The cache is addressed by the component with its options, its plugin's version and code, the training records
    and the seed, so a fitted augmenter is never used for another split. A killed fit is gone on with.

    Args:
        part: the component with its options.
        view: the training records.
        accelerator: device, precision, processes; the main process writes.
        seed: the experiment's seed.
        cache: folder of all fitted augmenters.
        screen: where progress is shown.
    """
    kind = part.component.load()
    about = {
        "component": part.component.name,
        "options": part.options(),
        "version": part.plugin.version,
        "code": code_hash(kind),
        "train": view.fingerprint,
        "seed": seed,
    }
    key = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]
    folder = cache / f"{part.component.name}-{key}"
    if accelerator.is_main_process:
        cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / f".{folder.name}.lock") if accelerator.is_main_process else nullcontext():
        [reused] = broadcast_object_list([(folder / ABOUT).exists()])  # as the main process finds it
        augmenter = kind(part.config)
        if reused:
            augmenter.load(folder / STATE)
        else:
            _fit(augmenter, view, about, folder, accelerator, screen)
    return Fitted(augmenter, folder, Cost.of(json.loads((folder / ABOUT).read_text())), reused)


def _fit(
    augmenter: Augmenter, view: TrainView, about: dict, folder: Path, accelerator: Accelerator, screen: Screen
) -> None:
    work = folder / WORK
    work.mkdir(parents=True, exist_ok=True)
    seed = derive(about["seed"], "augmenter")
    meter = Meter(folder / SPENT) if accelerator.is_main_process else None
    with meter or nullcontext(), isolated():
        seed_everything(seed)
        augmenter.fit(view, accelerator=accelerator, seed=seed, folder=work, screen=screen)
    if meter is not None:
        shutil.rmtree(folder / STATE, ignore_errors=True)
        (folder / STATE).mkdir()
        augmenter.save(folder / STATE)
        text = json.dumps(about | asdict(meter.spent), indent=1)
        (folder / f"{ABOUT}.partial").write_text(text)
        (folder / f"{ABOUT}.partial").replace(folder / ABOUT)  # comes last: it makes the entry complete
        (folder / SPENT).unlink(missing_ok=True)
    accelerator.wait_for_everyone()
