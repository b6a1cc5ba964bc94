"""Generated records without a training: for looking at them, or for use elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sklearn.neighbors import NearestNeighbors

from vbg_framework.base.errors import VBGError
from vbg_framework.base.json_file import read_json
from vbg_framework.base.jsonl import write_lines
from vbg_framework.base.publication import leftovers, write_json
from vbg_framework.config.blame import plugin_errors
from vbg_framework.config.registry import Resolved
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.pictures.image import decode
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.data.preparation.content_key import path_hash
from vbg_framework.generation.pool import Pool
from vbg_framework.generation.round_pools import SAMPLES
from vbg_framework.generation.spread import COLLAPSED, diversity, real_spread, tiny
from vbg_framework.generation.supply import Supply, open_supply
from vbg_framework.generation.verification.opening import verified
from vbg_framework.report.contact_sheet import contact_sheet
from vbg_framework.screen import Screen

ABOUT = "augment.json"
SHEET = "contact-sheet.png"
PER_CLASS = 10  # samples of the contact sheet


def augment(resolved: Resolved, out: Path, screen: Screen, refresh: bool = False) -> Mapping[str, Any]:
    """Fit the augmenter of an experiment or take it from the cache, generate one round of records, and show them.

    `out` gets the images, `samples.jsonl` with the origin of each, `chunks.jsonl` with what was asked and dropped, and
    `contact-sheet.png`, which shows some of every class above the most similar training images. Called again after
    an interruption, it goes on.

    Args:
        resolved: the experiment; `loop.count` or `loop.quota` say how many.
        out: folder for the records; empty, or of an interrupted call with the same options.
        screen: where progress is shown.
        refresh: fit the augmenter even if it is in the cache.

    Returns:
        asked, generated, dropped and kept records per class, labels and diversity as `rounds.json` has them.

    Raises:
        VBGError: the experiment has no augmenter that makes records, or `out` holds something else.
    """
    where = f"experiments.{resolved.name}"
    if "augmenter" not in resolved.parts:
        raise VBGError(where, "has no augmenter", "Name one: `--set augmenter=NAME`.")
    with plugin_errors(resolved.parts):
        return _augment(resolved, out, screen, refresh)


def _augment(resolved: Resolved, out: Path, screen: Screen, refresh: bool) -> Mapping[str, Any]:
    where = f"experiments.{resolved.name}"
    supply = _supply(resolved, screen, refresh)
    if not supply.fitted.augmenter.generates:
        what = "only changes what a classifier is trained on, it makes no records"
        raise VBGError(f"{where}.augmenter", what, "Name another one: `--set augmenter=NAME`.")
    screen.say(supply.line())
    supply = verified(supply)
    _claim(out, supply)
    pool = Pool(out, "SYN_")
    supply.fill(pool, 0, supply.quota({}), "Generating")
    write_lines(out / SAMPLES, pool.kept())
    write_sheet(out, pool.kept(), supply)
    told = diversity(pool.spread(), real_spread(supply.inner.view))
    if told:
        screen.say(_varied(told))
    return {**pool.tally(), "diversity": told}


def _varied(facts: Mapping[str, Any]) -> str:
    line = f"Diversity  pictures of a class differ {facts['ratio']:.0%} as much as real ones"
    return f"{line}: the generator has COLLAPSED." if facts["ratio"] < COLLAPSED else f"{line}."


def write_sheet(out: Path, entries: Sequence[Mapping[str, Any]], supply: Supply) -> None:
    """Write `contact-sheet.png`: two rows per class: samples, and below each the training image it is most like.

    Likeness is the distance between 16 x 16 px thumbnails in colour. Without images nothing is written.
    """
    chosen = _chosen([entry for entry in entries if entry["image"]])
    if not chosen:
        return
    view = supply.inner.view
    pictured = [i for i in range(len(view)) if "image" in view[i].inputs]
    index = NearestNeighbors(n_neighbors=1).fit([tiny(view[i].inputs["image"]).ravel() for i in pictured])
    rows = []
    for name, some in chosen.items():
        made = [decode(out / entry["image"]) for entry in some]
        nearest = index.kneighbors([tiny(image).ravel() for image in made], return_distance=False)[:, 0]
        rows += [(name, made), ("most like these", [view[pictured[i]].inputs["image"] for i in nearest])]
    contact_sheet(rows, out / SHEET, title="generated, and below the real training image each is most like")


def _chosen(entries: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Class -> the first samples of it."""
    by_class: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        some = by_class.setdefault(entry["request"], [])
        if len(some) < PER_CLASS:
            some.append(entry)
    return by_class


def _supply(resolved: Resolved, screen: Screen, refresh: bool) -> Supply:
    prepared = prepare_data(resolved.parts["data"], screen)
    _, items = open_items(resolved.experiment, prepared)
    return open_supply(resolved, prepared, items["train"], screen, refresh)


def _claim(out: Path, supply: Supply) -> None:
    """Take the folder, unless something else lies there."""
    fitted = {"augmenter": supply.fitted.folder.name, "state": path_hash(supply.fitted.state)}
    about = {**fitted, "experiment": supply.resolved.options()}
    known = out / ABOUT
    if known.exists() and read_json(known, dict, f"Remove {out}, and augment again.") == json.loads(json.dumps(about)):
        return
    if out.exists() and {*out.iterdir()} - {*leftovers(out, age=0)}:
        raise VBGError(str(out), "is not empty, and holds no records of the same options", "Give a new folder.")
    out.mkdir(parents=True, exist_ok=True)
    write_json(known, about)
