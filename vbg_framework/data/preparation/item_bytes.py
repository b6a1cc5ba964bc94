"""The stored bytes of inputs whose modality a plugin offers. Light.

They stand in the columns `input_<modality>` and `hash_<modality>` of a prepared data set.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vbg_framework.base.errors import VBGError
from vbg_framework.base.shortage import pass_on
from vbg_framework.contracts.modality import OWN as OWN
from vbg_framework.contracts.modality import Modality

if TYPE_CHECKING:
    from PIL import Image

INPUT, HASH = "input_", "hash_"
LARGEST = 256_000_000
"""Bytes of a file that is read as one item."""


class ItemError(ValueError):
    """An input that cannot be used; the message is the reason in words."""


def stored(modality: Modality, name: str, value: Any) -> bytes:
    """The bytes that are kept of a path, of bytes, or of an item as encoders get it.

    Args:
        modality: says which bytes.
        name: what messages call it.
        value: a `ValueError` says why there is none.

    Raises:
        ItemError: it cannot be read.
    """
    if isinstance(value, ValueError):
        raise ItemError(str(value)) from value
    given = _file_bytes(name, value) if isinstance(value, str | Path) else value
    try:
        kept = modality.store(given)
    except ValueError as error:
        raise ItemError(f"{name} cannot be used: {error}") from error
    except Exception as error:  # decoders raise EOFError, struct.error, ... on damaged files
        pass_on(error)
        raise ItemError(f"{name} is damaged, got {type(error).__name__}: {error}") from error
    if not isinstance(kept, bytes):
        raise ItemError(f"{name} must be stored as bytes, got {type(kept).__name__} from {type(modality).__name__}")
    return kept


def reopened(modality: Modality, kept: bytes, where: str) -> Any:
    """The raw item behind stored bytes.

    Args:
        where: what messages blame, such as the id of the record.

    Raises:
        VBGError: the plugin cannot open what it stored.
    """
    try:
        return modality.open(kept)
    except Exception as error:  # third-party code may raise anything
        what = f"{type(modality).__name__} cannot open what it stored ({type(error).__name__}: {error})"
        fix = "Report it to the plugin's author; `vbg plugin check` finds such things."
        raise VBGError(where, what, fix) from error


def shown(inputs: Mapping[str, Any], kinds: Mapping[str, Modality]) -> Image.Image | None:
    """What people see of the raw items of a record: its picture, or what a modality shows of itself."""
    if inputs.get("image") is not None:
        picture: Image.Image = inputs["image"]
        return picture
    there = (kind.picture(inputs[name]) for name, kind in kinds.items() if inputs.get(name) is not None)
    return next((picture for picture in there if picture is not None), None)


def _file_bytes(name: str, path: str | Path) -> bytes:
    if not os.path.isfile(path):  # a folder and a pipe are none either
        raise ItemError(f"{name} file is missing, got {path}")
    try:
        size = os.path.getsize(path)
        if size > LARGEST:
            raise ItemError(f"{name} file is too large: more than {LARGEST:,} bytes, got {size:,}")
        content = Path(path).read_bytes()
    except OSError as error:
        pass_on(error)
        raise ItemError(f"{name} file cannot be read, got {path}: {error}") from error
    if not content:
        raise ItemError(f"{name} file is empty")
    return content
