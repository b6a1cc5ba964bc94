"""Stops a preparation that loses too much of its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow.parquet as pq

from vbg_framework.base.errors import VBGError
from vbg_framework.data.preparation.prepared import Prepared
from vbg_framework.data.preparation.quarantine import Quarantine

MOST = 0.02
"""Share of the items of a source that may be in quarantine."""
HOPELESS = 100_000
"""Items in quarantine after which a source is given up that has yielded less than a tenth as many records."""
MOST_REASONS = 3
MOST_CLASSES = 5
HARMLESS = ("record has no label", "row repeats the header", "row holds totals")
"""How reasons begin under which nothing is lost: there is nothing to learn from such items."""
ACCEPTED = "loss-accepted"
ADVICE = {
    "image path is an address": "Fetch them: vbg data download {name}. Or keep the texts: `missing_image: keep`.",
    "image path": "Correct the paths, or the folder that `images` names.",
    "image file is missing": "Copy the pictures there, or correct the paths or the folder that `images` names.",
    "image is": "Save these pictures again as JPEG or TIFF, or take them out.",
    "duplicate id": "Name a column with a number of its own in every row: `id`.",
    "id is empty": "Fill the column that `id` names, or name another.",
    "row does not have as many cells": "Quote cells that hold the delimiter, or name the `delimiter`.",
    "quote is not closed": "Close the quote in that line.",
    "rows cannot be told": "Close the quote in that line.",
    "column": "Name the `encoding`, or correct the cells.",
    "line is not": "Correct the lines, or name the `encoding`.",
    "unknown class": "Correct the label.",
    "record has no image": "Name more columns, as `text`, `metadata` or `image`, or fill those that are named.",
    "split must be": "Say with `split_values` what the words of the split mean.",
}
"""How a reason begins -> what mends it."""
OTHERWISE = "Correct these items."


def check_loss(prepared: Prepared, *, accept: bool = False) -> None:
    """Stop where more than `MOST` of a source, or a whole class, is in quarantine, unless that was accepted once.

    Args:
        prepared: the data set.
        accept: go on, now and whenever this prepared data set is used again.

    Raises:
        VBGError: with the commonest reasons, an example of each, and what mends it.
    """
    mark = prepared.folder / ACCEPTED
    if accept:
        mark.touch()
    reasons = {reason: n for reason, n in prepared.info["reasons"].items() if not reason.startswith(HARMLESS)}
    unlabelled = sum(prepared.info["reasons"].values()) - sum(reasons.values())
    count = prepared.info["quarantined"] - unlabelled  # `reasons` lists the commonest only
    lost = prepared.info.get("lost", [])
    of = prepared.info["records"] + prepared.info["quarantined"]
    if mark.exists() or not (lost or count > MOST * of):
        return
    classes = ", ".join(f"'{name}'" for name in lost[:MOST_CLASSES]) + (", ..." if len(lost) > MOST_CLASSES else "")
    whole = f", among them every item of {classes}" if lost else ""
    what = f"{count:,} of {of:,} items cannot be used{whole}"
    message = "\n".join(_lines(prepared, reasons))
    raise VBGError(f"data '{prepared.info['name']}'", what, f"\n{message}\n  To go on without them: --accept-loss")


def entry(info: Mapping[str, Any]) -> str:
    """The data set's name in the registry; `NAME` where a run knows its component alone, which no command takes.

    Args:
        info: of the prepared data set.
    """
    return "NAME" if info["name"] == info["component"] else str(info["name"])


def advice(reason: str, name: str) -> str:
    """What mends a reason, in words.

    Args:
        reason: why an item is in quarantine.
        name: of the data set.
    """
    known = next((words for start, words in ADVICE.items() if reason.startswith(start)), OTHERWISE)
    return known.format(name=name)


def nothing_usable(where: str, quarantine: Quarantine, name: str) -> VBGError:
    """The error where a source gave no record; `name` of its entry in the registry."""
    if not quarantine.count:
        return VBGError(where, "the source holds no record", "Check the path.")
    what = f"none of the {quarantine.count} records can be used ({quarantine.top()})"
    reason = max(quarantine.reasons, key=lambda each: quarantine.reasons[each])
    return VBGError(where, what, f"{advice(reason, name)} Or change the mapping in the registry.")


def check_hope(where: str, records: int, quarantine: Quarantine) -> None:
    """Stop while the source is being read where nearly all of a great many items cannot be used.

    Raises:
        VBGError: with the commonest reasons.
    """
    lost = quarantine.count - sum(n for reason, n in quarantine.reasons.items() if reason.startswith(HARMLESS))
    if lost > max(HOPELESS, 10 * records):
        what = f"{lost:,} of the first {records + quarantine.count:,} items cannot be used ({quarantine.top()})"
        raise VBGError(where, what, "Correct the source or its options, or read it to the end with --accept-loss.")


def _lines(prepared: Prepared, reasons: dict[str, int]) -> Iterator[str]:
    examples = _examples(prepared)
    for reason, count in list(reasons.items())[:MOST_REASONS]:
        kind = max((kind for kind in examples if reason.startswith(kind)), key=len, default=reason)
        said = reason.removeprefix(kind).removeprefix(": ")  # by the reason itself
        told = _sentence(said) if said else advice(reason, entry(prepared.info))
        yield f"  {count:,} x {kind}, such as {examples.get(kind, '')}\n    -> {told}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _examples(prepared: Prepared) -> dict[str, str]:
    """Kind of reason -> its first item, in words."""
    results: dict[str, str] = {}
    with pq.ParquetFile(prepared.folder / "quarantine.parquet") as file:
        for batch in file.iter_batches(columns=["source", "id", "reason"]):
            for item in batch.to_pylist():
                results.setdefault(item["reason"].partition(", got ")[0], _example(item))
    return results


def _example(item: dict[str, Any]) -> str:
    value, _, _ = item["reason"].partition(", got ")[2].partition(". ")  # advice stands on the next line
    return f"{item['source'] or item['id']}" + (f" ({value[:80]})" if value else "")
