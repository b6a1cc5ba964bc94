"""`vbg review-samples`: a blinded form that shows generated and real records to experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from typing_extensions import TypedDict

from vbg_framework.base.digest import SHORT, digest
from vbg_framework.base.errors import VBGError
from vbg_framework.base.jsonl import read_lines
from vbg_framework.base.publication import write_json
from vbg_framework.config.plugins import Plugins
from vbg_framework.contracts.record import Record, classes_of
from vbg_framework.data.loading.items import Items
from vbg_framework.data.loading.opening import open_items
from vbg_framework.data.pictures.image import decode
from vbg_framework.data.preparation.cache import prepare_data
from vbg_framework.data.preparation.columns import TARGET
from vbg_framework.generation.pool import records
from vbg_framework.generation.round_pools import SAMPLES
from vbg_framework.report.review_form import write_form
from vbg_framework.runs.evidence.pool_home import resolved_pool
from vbg_framework.screen import Screen

KEY = "review-key-{}.json"
"""Stays with the pool: which pictures are generated."""
Chosen = Sequence[tuple[str, Record, bool]]


class Item(TypedDict):
    """What the key says of an item."""

    id: str
    name: str
    generated: bool


class Key(TypedDict):
    """The content of the key."""

    form: str
    task: str
    items: dict[str, Item]


@dataclass(frozen=True)
class Form:
    """A blinded form.

    Args:
        id: told from another form by it.
        task: whose classes are asked about.
        items: what the experts see, in order: `number`, `name` of the class, `image` (PIL) or None, `text` (field ->
            words).
        key: number -> what only the owner of the pool knows.
        left: classes that are not on it, because no real record shows them.
    """

    id: str
    task: str
    items: Sequence[Mapping[str, Any]]
    key: Mapping[str, Item]
    left: Sequence[str]

    @property
    def whole_key(self) -> Key:
        """What stays with the pool."""
        return {"form": self.id, "task": self.task, "items": dict(self.key)}


def draw_form(pool: Path, plugins: Plugins, screen: Screen, per_class: int = 5, seed: int = 0) -> Form:
    """Draw generated records and as many real ones of every class, and mix them.

    The real ones are training records, of an object at most one, and show what the generated ones have: a picture,
    the same text fields.

    Args:
        pool: a run that generated records, or the folder of `vbg augment`.
        plugins: the installed plugins.
        screen: shows progress.
        per_class: most generated records of a class, and most real ones.
        seed: of the draw and of the order.

    Raises:
        VBGError: it is neither, holds no records, or no class of it has a real record.
    """
    resolved = resolved_pool(pool, plugins)
    folder = pool / "synthetic" if (pool / "synthetic").is_dir() else pool
    made = records(folder, read_lines(folder / SAMPLES))
    if not made:
        raise VBGError(str(pool), "holds no generated records", "Name a run with an augmenter, or augment first.")
    task = resolved.experiment.scarce_task
    _, parts = open_items(resolved.experiment, prepare_data(resolved.parts["data"], screen))
    chosen, left = _drawn(made, parts["train"], task, per_class, np.random.default_rng(seed))
    if not chosen:
        raise VBGError(str(pool), "no class of it has real training records", "Review another pool.")
    items = _shown(chosen)
    key = {str(at): Item(id=record.id, name=name, generated=new) for at, (name, record, new) in enumerate(chosen, 1)}
    return Form(digest(key)[:SHORT], task, items, key, left)


def write_review(folder: Path, home: Path, form: Form) -> Path:
    """Write the page into a folder and the key into that of the pool; return the page."""
    write_json(home / KEY.format(form.id), form.whole_key)
    return write_form(folder, form.id, form.task, form.items)


def _drawn(
    made: Sequence[Record], real: Items, task: str, per_class: int, draws: np.random.Generator
) -> tuple[Chosen, Sequence[str]]:
    """Class, record and whether it is generated, mixed; and the classes left out."""
    pictured = "image" in real.modalities and any("image" in record.inputs for record in made)
    of_class = _by_class([record for record in made if not pictured or "image" in record.inputs], task)
    known = _real_places(real, task, pictured)
    chosen: list[tuple[str, Record, bool]] = []
    for name in sorted(of_class.keys() & known.keys()):
        count = min(per_class, len(of_class[name]), len(known[name]))
        chosen += [(name, of_class[name][place], True) for place in draws.permutation(len(of_class[name]))[:count]]
        places = draws.permutation(len(known[name]))[:count]
        chosen += [(name, real.record(known[name][place]), False) for place in places]
    return [chosen[place] for place in draws.permutation(len(chosen))], sorted(of_class.keys() - known.keys())


def _by_class(made: Sequence[Record], task: str) -> dict[str, list[Record]]:
    """Class that was asked for -> records."""
    results: dict[str, list[Record]] = {}
    for record in made:
        wanted = (record.origin.request if record.origin else {}).get(task, record.targets.get(task))
        for name in classes_of(wanted):
            results.setdefault(name, []).append(record)
    return results


def _real_places(real: Items, task: str, pictured: bool) -> dict[str, list[int]]:
    """Class -> places of one record of each object."""
    has = real.prepared.has("image")[real.prepared.order[real.rows]] | (not pictured)
    results: dict[str, dict[str, int]] = {}
    for place, (label, cluster) in enumerate(zip(real.column(TARGET + task), real.column("cluster"), strict=True)):
        for name in classes_of(label) if has[place] else ():
            results.setdefault(name, {}).setdefault(cluster, place)
    return {name: [*places.values()] for name, places in results.items()}


def _shown(chosen: Chosen) -> list[dict[str, Any]]:
    """What experts see: of real records nothing that generated ones lack, and the other way round."""
    fields = {generated: {n for _, record, new in chosen if new == generated for n in _text(record)}
              for generated in (True, False)}  # fmt: skip
    pictured = all(record.inputs.get("image") is not None for _, record, _ in chosen)
    return [
        {
            "number": number,
            "name": name,
            "image": decode(record.inputs["image"]) if pictured else None,
            "text": {n: words for n, words in sorted(_text(record).items()) if n in fields[True] & fields[False]},
        }
        for number, (name, record, _) in enumerate(chosen, start=1)
    ]


def _text(record: Record) -> Mapping[str, str]:
    text = record.inputs.get("text") or {}
    return {"text": text} if isinstance(text, str) else {name: words for name, words in text.items() if words}
