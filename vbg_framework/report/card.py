"""The data card: one page that tells what a data set holds and what is wrong with it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from vbg_framework.base.publication import write_json, write_text
from vbg_framework.config.experiment import SplitConfig
from vbg_framework.contracts.modality import OWN
from vbg_framework.contracts.record import SPLITS
from vbg_framework.data.card.census import census
from vbg_framework.data.card.leaks import Synonyms, find_leaks
from vbg_framework.data.card.sheet import contact_sheet, tile, visible
from vbg_framework.data.catalogue.spelling import alike_sentence
from vbg_framework.data.preparation.corrections import sentences as corrected
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.preparation.readings import sentence
from vbg_framework.report.page import render
from vbg_framework.report.view import picture as data_url

CLUSTERS, VIEWS, SIDE = 5, 6, 112  # clusters shown, pictures of each, px


def write_card(
    prepared: Prepared, folder: Path, synonyms: Synonyms | None = None, split: SplitConfig | None = None
) -> tuple[Path, list[str]]:
    """Write `card.html` and `card.json` into a folder; return the path of the page and what matters most, in words.

    Everything that comes from data is escaped, and the page forbids scripts.

    Args:
        prepared: the data set.
        folder: where they go; made if it is absent.
        synonyms: class -> further words that give it away, for the leak check.
        split: how it is divided for the counts per part; None = as for an experiment that says nothing.
    """
    card = census(prepared, split) | {"leaks": find_leaks(prepared, synonyms)}
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "card.json", card)
    sheets = {task.name: _sheet(prepared, task.name) for task in prepared.tasks} if visible(prepared) else {}
    clusters, repeated = (
        [_views(prepared, result) for result in card["duplicates"][kind][:CLUSTERS]] for kind in ("largest", "repeated")
    )
    view = {"card": card, "splits": SPLITS, "sheets": sheets, "clusters": clusters, "repeated": repeated}
    view["readings"] = {field: sentence(result) for field, result in card["metadata"].items()}
    told = sentences(card)
    view |= {"sentences": told, "advice": {task: _advice(leak) for task, leak in card["leaks"].items()}}
    write_text(folder / "card.html", render("card.html.jinja", view))
    return folder / "card.html", told


def sentences(card: Mapping[str, Any]) -> list[str]:
    """What matters most, in plain words."""
    images, duplicates = card["modalities"]["image"], card["duplicates"]
    others = "".join(f", {count:,} with {name}" for name, count in card["modalities"].items() if name not in OWN)
    lines = [f"{card['records']:,} records of {card['groups']:,} objects, {images:,} with a picture{others}."]
    lines += [alike_sentence(task["name"], task["alike"]) for task in card["tasks"] if task["alike"]]
    if count := card["quarantine"]["records"]:
        lines.append(f"{count:,} {_plural(count, 'item was', 'items were')} put aside because they cannot be used.")
    lines += corrected(card.get("corrections"))
    if count := duplicates["clusters"]:
        objects = duplicates["groups"]
        lines.append(f"{objects:,} objects share a picture with another one; they make {count:,} "
                    f"{_plural(count, 'cluster', 'clusters')} that no drawn split divides.")  # fmt: skip
    if count := duplicates["cut"]:
        lines.append(f"The source's own split divides {count:,} of these clusters: its test is easier than it looks.")
    lines += card["warnings"][:1]
    lines += [line.partition("   ")[2].strip() or line for line in card["warnings"][1:]]
    lines += [f"Not read: {number:,} x {reason}." for reason, number in card["skipped"].items()]
    for task, result in card["leaks"].items():
        if result.get("text_policy", {}).get("policy", "full") != "full":
            lines.append(f"{task}: the text gives the label away. {result['reason']}")
    return lines


def _advice(leak: Mapping[str, Any]) -> str:
    """The recommended options as one line of YAML."""
    return "text: " + yaml.safe_dump(leak.get("text_policy"), default_flow_style=True, width=1000).strip()


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _sheet(prepared: Prepared, task: str) -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.jpg"
        contact_sheet(prepared, task, path, size=96)
        return data_url(path.read_bytes())


def _views(prepared: Prepared, cluster: Mapping[str, Any]) -> dict[str, Any]:
    ids = np.array(prepared.table.data.column("id").to_pylist(), dtype=object)
    rows = np.flatnonzero(np.isin(ids, cluster["ids"][:VIEWS]))
    images = [prepared.table.data.column("image")[int(row)].as_py() for row in rows]
    return {**cluster, "pictures": [data_url(tile(image["bytes"], SIDE)) for image in images if image]}
