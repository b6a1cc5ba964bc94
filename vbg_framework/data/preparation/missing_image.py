"""What becomes of a record whose picture is not there or cannot be read: one policy for every importer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from vbg_framework.config.part import MissingImage as MissingImage
from vbg_framework.contracts.record import Record
from vbg_framework.data.pictures.image import ImageError, SyntheticImage
from vbg_framework.data.preparation.loss import entry
from vbg_framework.data.preparation.row import Rows


def with_policy(
    rows: Rows, record: Record, missed: Sequence[Path], policy: MissingImage | None
) -> tuple[dict[str, Any], str]:
    """The row of a record, and why it came without its picture; "" = it has it, or there is none.

    Args:
        rows: makes the row.
        record: the record.
        missed: where its reader looked for a picture in vain.
        policy: see `prepare`.

    Raises:
        RowError: the record cannot be used.
        ImageError: its picture is missing or cannot be read, and that shall not be passed over.
    """
    if missed and record.inputs.get("image") is None:
        if policy == "quarantine":
            raise ImageError(f"image file is missing, got {missed[-1]}")
        return rows(record), "image file is missing"
    try:
        return rows(record), ""
    except SyntheticImage:
        raise
    except ImageError as error:
        if policy != "keep":
            raise
        return rows(replace(record, inputs={**record.inputs, "image": None})), str(error)


def sentence(info: Mapping[str, Any]) -> list[str]:
    """What is to be said of records that came without their picture; nothing if none did.

    Args:
        info: of the prepared data set.
    """
    without = info.get("without_picture", {})
    if not without:
        return []
    reasons = ", ".join(f"{count:,} x {reason}" for reason, count in without.items())
    fetch = f" `vbg data download {entry(info)}` fetches them." if any("address" in each for each in without) else ""
    return [f"{sum(without.values()):,} records are kept without their picture: {reasons}.{fetch}"]
