"""The pages of a TIFF file: their tags, and which of them is the picture.

Pillow reads the pages too, but opens none whose samples it does not know, and knows no sub-pages (SubIFDs). Sources:
TIFF 6.0 (Adobe, 1992); BigTIFF as libtiff has it; Adobe Photoshop TIFF Technical Notes (2002) for ICCLab and
floating-point predictors; DNG 1.4 for reduced pictures that come first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER = 254, 256, 257, 258, 259, 262, 266
STRIPS, ORIENTATION, CHANNELS, ROWS_PER_STRIP, STRIP_BYTES, MOST, PLANAR = 273, 274, 277, 278, 279, 281, 284
PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, SUB_PAGES = 317, 322, 323, 324, 325, 330
EXTRA, FORMAT, SIGNED_LEAST, SIGNED_MOST, XMP, PROFILE = 338, 339, 340, 341, 700, 34675
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, PALETTE, CMYK, YCBCR, LAB, ICC_LAB = 0, 1, 2, 3, 5, 6, 8, 9
REDUCED, MASK = 1, 4  # bits of SUBFILE
JPEG, OLD_JPEG, WEBP = 7, 6, 50001

THUMBNAIL = 256
"""A first page of at most so many px on its longer side is a thumbnail if another page is twice as wide and as high."""
MOST_PAGES = 64  # that are looked at
LARGEST_TAG = 16_000_000  # bytes
_WANTED = {
    *(SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, FILL_ORDER, STRIPS, ORIENTATION, CHANNELS),
    *(ROWS_PER_STRIP, STRIP_BYTES, MOST, PLANAR, PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, SUB_PAGES),
    *(EXTRA, FORMAT, SIGNED_LEAST, SIGNED_MOST, XMP, PROFILE),
}
_HEADERS = {b"II*\0": "<", b"MM\0*": ">", b"II+\0": "<", b"MM\0+": ">"}
_TYPES = {
    **{1: "B", 2: "B", 3: "H", 4: "I", 6: "b", 7: "B", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"},
    **{16: "Q", 17: "q", 18: "Q"},
}


class Page(NamedTuple):
    """One picture of a TIFF file.

    Args:
        tags: number -> values, as numbers, or bytes for profiles and XMP.
        order: "<" or ">", the file's byte order.
        place: where its directory begins in the file.
    """

    tags: dict[int, Any]
    order: str
    place: int

    def number(self, tag: int, default: int) -> int:
        """The first value of a tag."""
        return int(self.tags.get(tag, (default,))[0])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in px, as stored."""
        return self.number(WIDTH, 0), self.number(HEIGHT, 0)

    @property
    def area(self) -> int:
        """Pixels."""
        return self.size[0] * self.size[1]

    @property
    def channels(self) -> int:
        """Samples per pixel."""
        return self.number(CHANNELS, 1)

    @property
    def bits(self) -> tuple[int, ...]:
        """Bits of each sample."""
        bits = tuple(self.tags.get(BITS, (1,)))
        return bits * self.channels if len(bits) == 1 else bits[: self.channels]

    @property
    def bytes(self) -> int:
        """What all samples take."""
        return self.area * sum(self.bits) // 8

    @property
    def photometric(self) -> int:
        """What the samples mean; where the tag is missing, black is zero."""
        return self.number(PHOTOMETRIC, RGB if self.channels > 2 else BLACK_IS_ZERO)

    @property
    def is_reduced(self) -> bool:
        """Whether it says that it is a smaller copy or a mask of another page."""
        return bool(self.number(SUBFILE, 0) & (REDUCED | MASK))

    @property
    def is_colours(self) -> bool:
        """Whether its samples are colours, not a camera's raw values."""
        return self.photometric <= 10

    @property
    def is_lossy(self) -> bool:
        """Whether its compression loses detail."""
        return self.number(COMPRESSION, 1) in (JPEG, OLD_JPEG, WEBP)

    def __str__(self) -> str:
        return (
            f"photometric interpretation {self.photometric}, {self.bits} bits, sample format {self.number(FORMAT, 1)}, "
            f"compression {self.number(COMPRESSION, 1)}"
        )


def is_tiff(file: BinaryIO) -> bool:
    """Whether a file begins as TIFF or BigTIFF."""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    return head in _HEADERS


def picture_page(file: BinaryIO) -> Page:
    """The page that is the picture: the first that is in full resolution.

    A first page that calls itself reduced, or is a `THUMBNAIL`, gives way to the first full one among the others and
    its sub-pages; if there is none, to the largest.

    Raises:
        ValueError: the first page cannot be read.
    """
    pages = _chain(file)
    first = next(pages)
    if not first.is_reduced and max(first.size) > THUMBNAIL:
        return first
    others = [page for page in _safely(islice(pages, MOST_PAGES)) if page.is_colours]
    if not first.is_reduced:
        width, height = first.size
        larger = (p for p in others if not p.is_reduced and p.size[0] >= 2 * width and p.size[1] >= 2 * height)
        return next(larger, first)
    others += [page for page in _safely(_sub_pages(file, first)) if page.is_colours]
    full = (page for page in others if not page.is_reduced)
    return next(full, None) or max([first, *others], key=lambda page: page.area)


def _safely(pages: Iterator[Page]) -> Iterator[Page]:
    """The pages up to the first that is damaged."""
    try:
        yield from pages
    except (ValueError, struct.error):
        return


def _chain(file: BinaryIO) -> Iterator[Page]:
    order, big = _header(file)
    (place,) = struct.unpack(order + ("Q" if big else "I"), _read(file, 8, 8) if big else _read(file, 4, 4))
    seen = set()
    while place and place not in seen:
        seen.add(place)
        page, place = _page(file, order, big, place)
        yield page
    if not seen:
        raise ValueError("TIFF holds no page")


def _sub_pages(file: BinaryIO, page: Page) -> Iterator[Page]:
    order, big = _header(file)
    for place in page.tags.get(SUB_PAGES, ())[:MOST_PAGES]:
        yield _page(file, order, big, place)[0]


def _header(file: BinaryIO) -> tuple[str, bool]:
    """The byte order, and whether it is BigTIFF."""
    head = _read(file, 0, 4)
    return _HEADERS[head], 43 in head[2:]


def _page(file: BinaryIO, order: str, big: bool, index: int) -> tuple[Page, int]:
    """The page whose directory begins at `index`, and the place of the next one (0 = none)."""
    counter, entry, rest = ("Q", "HHQ8s", "Q") if big else ("H", "HHI4s", "I")
    (entries,) = struct.unpack(order + counter, _read(file, index, struct.calcsize(order + counter)))
    length = struct.calcsize(order + entry)
    if entries > 65535:
        raise ValueError(f"TIFF page has too many tags, got {entries}")
    start = index + struct.calcsize(order + counter)
    directory = _read(file, start, entries * length)
    tags = {}
    for tag, kind, count, content in struct.iter_unpack(order + entry, directory):
        if tag in _WANTED and kind in _TYPES:
            tags[tag] = _values(file, order, _TYPES[kind], count, content, as_bytes=tag in (XMP, PROFILE))
    file.seek(start + len(directory))
    following = file.read(struct.calcsize(order + rest)).ljust(8, b"\0")  # of the last page it may be missing
    return Page(tags, order, index), struct.unpack_from(order + rest, following)[0]


def _values(file: BinaryIO, order: str, kind: str, count: int, content: bytes, as_bytes: bool) -> Any:
    size = count * struct.calcsize("=" + kind)
    if size > LARGEST_TAG:
        raise ValueError(f"TIFF tag is too large, got {size:,} bytes")
    if size > len(content):
        place = struct.unpack(order + ("I" if len(content) == 4 else "Q"), content)[0]
        content = _read(file, place, size)
    return content[:size] if as_bytes else struct.unpack(f"{order}{count}{kind}", content[:size]) or (0,)


def _read(file: BinaryIO, index: int, size: int) -> bytes:
    file.seek(index)
    data = file.read(size)
    if len(data) < size:
        raise ValueError(f"TIFF breaks off at byte {index + len(data):,}")
    return data
