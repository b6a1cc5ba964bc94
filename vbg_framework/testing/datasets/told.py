"""What items of a data set say, in a form that can be compared."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path
from typing import Any

from vbg_framework.contracts.modality import OWN
from vbg_framework.contracts.record import Record


def told_of(item: Any) -> Any:
    """What an item says, without its image."""
    if not isinstance(item, Record):
        return item
    return (
        item.id,
        {name: "image" if name == "image" else held(name, value) for name, value in item.inputs.items()},
        dict(item.targets),
        item.group,
        item.split,
        item.source,
    )


def held(name: str, value: Any) -> Any:
    """What may be compared: of modalities that plugins offer a path, or a hash of what there is."""
    plain = name in OWN or isinstance(value, str | Path)
    return value if plain else hashlib.sha256(pickle.dumps(value)).hexdigest()


def plain(told: Any) -> Any:
    """The same for JSON."""
    if isinstance(told, dict):
        return {str(key): plain(value) for key, value in told.items()}
    if isinstance(told, list | tuple):
        return [plain(value) for value in told]
    return told if isinstance(told, str | int | float | None) else str(told)
