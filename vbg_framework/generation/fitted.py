"""A cache of fitted augmenters, keyed by content, so that nobody waits twice for the same one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NotRequired

from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from filelock import FileLock

from vbg_framework.base.cost import Cost, Meter, Spent
from vbg_framework.base.digest import SHORT, checksums, digest, verify
from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.novelty import novelty
from vbg_framework.base.publication import write_json, written
from vbg_framework.base.seeds import derive, isolated, seed_everything
from vbg_framework.config.part import Part
from vbg_framework.contracts.interfaces import Augmenter
from vbg_framework.contracts.train_view import TrainView
from vbg_framework.data.preparation.content_key import REVISION, content_key, contents, settled
from vbg_framework.screen import Screen

ABOUT = "about.json"
STATE = "state"  # what the augmenter's `save` wrote
SPENT = "cost.json"  # so far, while fitting
WORK = "work"  # its own folder while fitting: losses, grids, checkpoints
WORDS = {"contents": "files or models it names", "train": "training records", "code": "code"}  # of about.json


class About(Spent):
    """What `about.json` holds at least; `files` is missing in what earlier versions fitted."""

    component: str
    files: NotRequired[dict[str, str]]


@dataclass(frozen=True)
class Fitted:
    """A fitted augmenter.

    Args:
        augmenter: ready to generate.
        folder: its cached files.
        cost: what fitting took, whoever did it and in however many attempts.
        reused: whether it came out of the cache.
        new: in what it differs from the most similar one in the cache; empty if it is the first of its kind.
        learnt: folder of what it saved after it learnt from a round; None = it is as it was fitted.
    """

    augmenter: Augmenter
    folder: Path
    cost: Cost
    reused: bool
    new: tuple[str, ...] = ()
    learnt: Path | None = None

    @property
    def state(self) -> Path:
        """The folder of what it saved last."""
        return self.learnt or self.folder / STATE


def fitted(
    part: Part[Any],
    view: TrainView,
    *,
    accelerator: Accelerator,
    seed: int,
    cache: Path,
    screen: Screen,
    refresh: bool = False,
) -> Fitted:
    """Fit an augmenter on the training records, or take it from the cache.

    The cache is addressed by the component with its options and what they name, its plugin's version and code, the
    training records and the seed, so a fitted augmenter is never used for another split or another base model. A
    killed fit is resumed.

    Args:
        part: the component with its options.
        view: the training records.
        accelerator: device, precision, processes; the main process writes.
        seed: the experiment's seed.
        cache: folder of all fitted augmenters.
        screen: where progress is shown.
        refresh: fit it from the beginning even if it is in the cache.
    """
    main = accelerator.is_main_process
    if main:
        cache.mkdir(parents=True, exist_ok=True)
    key = content_key(part, screen) if main else {}
    [about] = broadcast_object_list([key | {"train": view.fingerprint, "seed": seed}])  # as the main process finds it
    folder, augmenter = _folder(cache, about), part.component.load()(part.config)
    with FileLock(cache / f".{folder.name}.lock") if main else nullcontext():
        new = _differences(cache, about) if main else ()
        if main and refresh:
            shutil.rmtree(folder, ignore_errors=True)
        if main:
            _adopt(cache, about)
        [reused, new] = broadcast_object_list([(folder / ABOUT).exists(), new])
        if reused:
            if main:
                (folder / SPENT).unlink(missing_ok=True)  # a kill can have left it
            _check(folder)
            augmenter.load(folder / STATE)
        else:
            folder = _fit(augmenter, part, view, about, folder, accelerator, screen)
    return Fitted(augmenter, folder, Cost.of(read_json(folder / ABOUT, About, _fix(folder))), reused, new)


def _check(folder: Path) -> None:
    """Compare what is in the cache with the checksums it was written with."""
    verify(folder, read_json(folder / ABOUT, About, _fix(folder)).get("files", {}), _fix(folder))


def _fix(folder: Path) -> str:
    return f"Remove {folder}; the augmenter is then fitted again."


def _folder(cache: Path, about: Mapping[str, Any]) -> Path:
    return cache / f"{about['component']}-{digest(about)[:SHORT]}"


def _differences(cache: Path, about: Mapping[str, Any]) -> tuple[str, ...]:
    """What people call that in which an augmenter differs from the most similar one in the cache."""
    earlier = list(_kept(cache, about["component"]))
    return tuple(WORDS.get(name, name) for name in novelty(about, earlier))


def _kept(cache: Path, component: str) -> Iterator[Mapping[str, Any]]:
    """What the fitted augmenters of a kind were made of, the oldest first."""
    for file in sorted(cache.glob(f"{component}-*/{ABOUT}"), key=lambda file: file.stat().st_mtime):
        with suppress(VBGError):  # damaged, or another process is removing it
            yield read_json(file, dict)


def _adopt(cache: Path, about: Mapping[str, Any]) -> None:
    """Go on with what was begun before its models were fetched from a hub, when nobody could know their revisions."""
    known = {name: value for name, value in about["contents"].items() if not value.startswith(REVISION)}
    begun, folder = _folder(cache, {**about, "contents": known}), _folder(cache, about)
    if begun != folder:
        with FileLock(cache / f".{begun.name}.lock"):  # or wait for who is at it
            if begun.exists() and not (begun / ABOUT).exists() and not folder.exists():
                begun.rename(folder)


def _fit(
    augmenter: Augmenter, part: Part[Any], view: TrainView, about: dict[str, Any], folder: Path,
    accelerator: Accelerator, screen: Screen,
) -> Path:  # fmt: skip
    """Fit and save it; returns its folder, which has another name if models were fetched meanwhile."""
    work = folder / WORK
    work.mkdir(parents=True, exist_ok=True)
    seed = derive(about["seed"], "augmenter")
    meter = Meter(folder / SPENT) if accelerator.is_main_process else None
    with meter or nullcontext(), isolated():
        seed_everything(seed)
        augmenter.fit(view, accelerator=accelerator, seed=seed, folder=work, screen=screen)
    if meter is not None:
        about = about | {"contents": settled(about["contents"], contents(part, screen))}
        with written(folder / STATE) as partial:
            partial.mkdir()
            augmenter.save(partial)
        files = checksums(folder, [path for path in (folder / STATE).rglob("*") if path.is_file()])
        folder = _moved(folder, _folder(folder.parent, about))
        write_json(folder / ABOUT, about | asdict(meter.spent) | {"files": files})  # last: it makes the entry complete
        (folder / SPENT).unlink(missing_ok=True)
    accelerator.wait_for_everyone()
    [folder] = broadcast_object_list([folder])
    return folder


def _moved(folder: Path, target: Path) -> Path:
    if target != folder:
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    return target
