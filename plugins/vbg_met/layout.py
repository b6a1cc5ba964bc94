"""The forms in which the museum's data is published, under one set of names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
OTHER_NAMES = {"accession_number": "object_number", "object_url": "object_page"}
"""Names of the API for what the CSV file calls otherwise."""
IMAGE = "jpg"
"""The field of the image itself, which some forms have."""
MORE_FIELDS = (IMAGE, "constituents")
"""Fields of some forms that are read, beyond the columns of the CSV file."""
FAULTS = ("message", "status", "error_message")
"""Fields that say why a row holds no object."""
NESTED = {
    "tags": {"tags": "term", "tags_aat_url": "AAT_URL", "tags_wikidata_url": "Wikidata_URL"},
    "constituents": {"constituent_id": "constituentID"},
}


def canonical(name: str) -> str:
    """`Object Begin Date`, `objectBeginDate` and `object_begin_date` are `object_begin_date`."""
    plain = BORDER.sub("_", name).strip("_").lower()
    return OTHER_NAMES.get(plain, plain)


def fault(cells: Mapping[str, Any]) -> str:
    """Why a row holds no object: the API and the hub write their faults into the row; "" = no fault."""
    return "; ".join(str(cells[field]) for field in FAULTS if cells.get(field))


def unnested(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The lists of objects of the API as the CSV file has them: values with `|` between them, one field each."""
    flat = dict(cells)
    for field, parts in NESTED.items():
        if field in cells and not isinstance(cells[field], str):
            items = cells[field] if isinstance(cells[field], Sequence) else ()  # null: an object without any
            flat |= {name: _joined(items, key) for name, key in parts.items() if items or name not in cells}
    return flat


def _joined(items: Sequence[Any], key: str) -> str:
    return "|".join(str(item.get(key) or "") if isinstance(item, Mapping) else str(item) for item in items)
