"""Small pictures for the grid, made when they are first shown and kept in memory."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image

from vbg_framework.data.pictures.image import decode_stored
from vbg_framework.data.preparation.prepared import Prepared

SIDE = 240  # px, longer side
KEPT = 4096  # pictures, about 10 KB each
JPEG, PNG = "image/jpeg", "image/png"


class Thumbnails:
    """The stored pictures of a data set, small and as they are.

    Args:
        prepared: the data set.
    """

    def __init__(self, prepared: Prepared) -> None:
        table = prepared.table.data
        self._images = table.column("image") if "image" in table.column_names else None
        self._hashes = table.column("sha256")
        self._small = lru_cache(KEPT)(self._reduced)

    def key(self, row: int) -> str:
        """What tells the picture of a row of the table from others; "" = it has none."""
        return (self._hashes[row].as_py() or "")[:16]

    def small(self, row: int) -> bytes | None:
        """The picture of a row of the table as a JPEG of at most 240 px; None = it has none."""
        return self._small(row)

    def whole(self, row: int) -> tuple[bytes, str] | None:
        """The picture as it is stored, and its media type."""
        stored = self._images[row].as_py() if self._images is not None else None
        if stored is None:
            return None
        return stored["bytes"], PNG if stored["bytes"].startswith(b"\x89PNG") else JPEG

    def _reduced(self, row: int) -> bytes | None:
        stored = self.whole(row)
        return reduced(stored[0]) if stored else None


def reduced(data: bytes) -> bytes:
    """A stored picture as a JPEG of at most 240 px."""
    return small(decode_stored(data))


def small(image: Image.Image) -> bytes:
    """A picture as a JPEG of at most 240 px."""
    image.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=82)
    return buffer.getvalue()
