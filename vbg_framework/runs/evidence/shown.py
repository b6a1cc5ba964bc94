"""Records as pages show them: picture and text."""

from __future__ import annotations

from typing import Any

from vbg_framework.data.card.sheet import tile
from vbg_framework.report.view import picture as data_url
from vbg_framework.runs.evidence.material import Evidence

SIDE = 160  # px


def shown(evidence: Evidence, identity: str) -> dict[str, Any]:
    """`image`: a picture of 160 px as a data URL, or None; `text`: what the model read, or ""."""
    inputs = evidence.items[evidence.place(identity)]["inputs"]
    return {"image": thumbnail(evidence, identity), "text": str(inputs.get("text", ""))}


def thumbnail(evidence: Evidence, identity: str, side: int = SIDE) -> str | None:
    """The picture of a record as a data URL of `side` px, or None."""
    table = evidence.prepared.table.data
    if "image" not in table.column_names:
        return None
    stored = table.column("image")[evidence.row(identity)].as_py()
    return None if stored is None else data_url(tile(stored["bytes"], side))
