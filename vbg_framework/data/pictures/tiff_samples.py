"""The samples of a TIFF page in their full depth, for what Pillow reads with 8 bits or not at all.

Any number of bits up to 64, whole, signed or floating-point; in strips or tiles; channels together or apart. Sources:
TIFF 6.0, sections 8-14 and 19; Adobe Photoshop TIFF Technical Note 3 (2005) for the floating-point predictor.
"""

from __future__ import annotations

import io
import lzma
import struct
import zlib
from collections.abc import Iterator
from itertools import product
from typing import BinaryIO, NamedTuple

import numpy as np
from PIL import Image

from vbg_framework.data.pictures import tiff_page as tag
from vbg_framework.data.pictures.tiff_page import Page

RAW, LZW, DEFLATE, OLD_DEFLATE, PACKBITS, LZMA, ZSTD = 1, 5, 8, 32946, 32773, 34925, 50000
UNSIGNED, SIGNED, FLOATING = 1, 2, 3
MOST_CHANNELS = 8
_KINDS = {UNSIGNED: "u", SIGNED: "i", FLOATING: "f"}
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_UNPACKED = 1 << 20  # samples of an odd number of bits that are unpacked at once


class Block(NamedTuple):
    """A strip or tile: where it lies in the file, and the part of the samples it holds.

    Args:
        place, length: bytes.
        top, left: its first pixel.
        height, width: px, as stored: a tile may reach beyond the picture.
        first, channels: its first channel, and how many.
    """

    place: int
    length: int
    top: int
    left: int
    height: int
    width: int
    first: int
    channels: int


def is_readable(page: Page) -> bool:
    """Whether `samples` can read a page."""
    bits, kind = page.bits, page.number(tag.FORMAT, UNSIGNED)
    compressions = (RAW, LZW, DEFLATE, OLD_DEFLATE, PACKBITS, LZMA, ZSTD)
    depths = {UNSIGNED: range(1, 33), SIGNED: (8, 16, 32), FLOATING: (16, 32, 64)}
    return (
        page.number(tag.COMPRESSION, RAW) in compressions
        and 0 < page.channels == len(bits) <= MOST_CHANNELS
        and len(set(bits)) == 1
        and len(set(page.tags.get(tag.FORMAT, (1,)))) == 1
        and bits[0] in depths.get(kind, ())
    )


def sample_type(page: Page) -> np.dtype:
    """The smallest type of numpy that holds the samples."""
    bits = page.bits[0]
    size = next(size for size in (1, 2, 4, 8) if bits <= 8 * size)
    return np.dtype(f"{_KINDS[page.number(tag.FORMAT, UNSIGNED)]}{size}")


def samples(page: Page, file: BinaryIO) -> np.ndarray:
    """The samples of a readable page, (height, width, channels), as the file has them.

    Raises:
        ValueError: the file breaks off, or its tags contradict each other.
    """
    width, height = page.size
    result = np.empty((height, width, page.channels), sample_type(page))
    for block in _blocks(page):
        values = _decoded(page, block, file)
        rows, columns = min(block.height, height - block.top), min(block.width, width - block.left)
        region = result[block.top : block.top + rows, block.left : block.left + columns]
        region[..., block.first : block.first + block.channels] = values[:rows, :columns]
    return result


def _blocks(page: Page) -> Iterator[Block]:
    (width, height), apart = page.size, page.number(tag.PLANAR, 1) == 2
    planes, channels = (page.channels, 1) if apart else (1, page.channels)
    tiled = tag.TILES in page.tags
    columns = page.number(tag.TILE_WIDTH, 0) if tiled else width
    rows = page.number(tag.TILE_HEIGHT, 0) if tiled else min(page.number(tag.ROWS_PER_STRIP, height), height)
    if rows < 1 or columns < 1 or rows * columns > 4 * max(width * height, 1 << 20):
        raise ValueError(f"strips or tiles have no sensible size, got {columns} x {rows}")
    places = page.tags.get(tag.TILES if tiled else tag.STRIPS, ())
    lengths = page.tags.get(tag.TILE_BYTES if tiled else tag.STRIP_BYTES, ())
    needed = planes * -(-height // rows) * -(-width // columns)
    if len(places) < needed or len(lengths) not in (0, len(places)):
        raise ValueError(f"strips or tiles are missing, got {len(places)} of {needed}")
    corners = product(range(planes), range(0, height, rows), range(0, width, columns))
    for i, (plane, top, left) in enumerate(corners):
        stored = rows if tiled else min(rows, height - top)
        length = lengths[i] if lengths else stored * _row_bytes(page, columns, channels)
        yield Block(places[i], length, top, left, stored, columns, plane, channels)


def _row_bytes(page: Page, columns: int, channels: int) -> int:
    return -(-columns * channels * page.bits[0] // 8)


def _decoded(page: Page, block: Block, file: BinaryIO) -> np.ndarray:
    """The samples of a block, (height, width, channels)."""
    row = _row_bytes(page, block.width, block.channels)
    file.seek(block.place)
    data = file.read(min(block.length, 2 * row * block.height + 65536))
    if page.number(tag.FILL_ORDER, 1) == 2:
        data = data.translate(_REVERSED)
    data = _unpacked(page.number(tag.COMPRESSION, RAW), data, row, block.height)
    if len(data) < row * block.height:
        raise ValueError(f"a strip or tile breaks off, got {len(data):,} of {row * block.height:,} bytes")
    rows = np.frombuffer(data, np.uint8, row * block.height).reshape(block.height, row)
    return _numbers(page, rows, block.width, block.channels)


def _unpacked(compression: int, data: bytes, row: int, rows: int) -> bytes:
    """Compressed -> plain bytes, as many as `rows` need."""
    if compression == RAW:
        return data
    if compression in (DEFLATE, OLD_DEFLATE):
        return zlib.decompressobj().decompress(data, row * rows)
    if compression == LZMA:
        return lzma.LZMADecompressor().decompress(data, row * rows)
    return _by_libtiff(compression, data, row, rows)


def _by_libtiff(compression: int, data: bytes, row: int, rows: int) -> bytes:
    """Have Pillow unpack the bytes as if they were an 8-bit grey picture of one strip."""
    entries = {
        **{tag.WIDTH: row, tag.HEIGHT: rows, tag.BITS: 8, tag.COMPRESSION: compression, tag.PHOTOMETRIC: 1},
        **{tag.STRIPS: 0, tag.CHANNELS: 1, tag.ROWS_PER_STRIP: rows, tag.STRIP_BYTES: len(data)},
    }
    entries[tag.STRIPS] = 8 + 2 + 12 * len(entries) + 4
    directory = b"".join(struct.pack("<HHII", key, 4, 1, value) for key, value in entries.items())
    plain = b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + bytes(4) + data
    with Image.open(io.BytesIO(plain), formats=("TIFF",)) as image:
        return image.tobytes()


def _numbers(page: Page, rows: np.ndarray, width: int, channels: int) -> np.ndarray:
    """Bytes (height, bytes of a row) -> samples (height, width, channels), predictor undone."""
    bits, target = page.bits[0], sample_type(page)
    predicts = page.number(tag.COMPRESSION, RAW) in (LZW, DEFLATE, OLD_DEFLATE, LZMA, ZSTD)  # as in libtiff
    predictor = page.number(tag.PREDICTOR, 1) if predicts else 1
    if predictor == 3 and target.kind == "f":
        return _floating_point_predicted(rows, width, channels, target)
    if bits != 8 * target.itemsize:
        return _odd_bits(rows, width * channels, bits, page.order, target).reshape(len(rows), width, channels)
    values = rows.view(f"{page.order}u{target.itemsize}").reshape(len(rows), width, channels)
    if predictor == 2:
        values = np.cumsum(values, axis=1, dtype=f"u{target.itemsize}")  # differences to the left, modulo 2^bits
    return values.astype(f"u{target.itemsize}", copy=False).view(target)


def _floating_point_predicted(rows: np.ndarray, width: int, channels: int, target: np.dtype) -> np.ndarray:
    """Differences of bytes, the most significant bytes of all samples of a row first."""
    summed = np.cumsum(rows.reshape(len(rows), -1, channels), axis=1, dtype=np.uint8)
    planes = summed.reshape(len(rows), target.itemsize, width * channels)
    values = np.ascontiguousarray(planes.transpose(0, 2, 1)).view(f">f{target.itemsize}")
    return values.reshape(len(rows), width, channels).astype(target)


def _odd_bits(rows: np.ndarray, count: int, bits: int, order: str, target: np.dtype) -> np.ndarray:
    """Samples of, say, 12 bits, packed without gaps from each row's beginning, the most significant bit first."""
    if bits % 8 == 0:  # 24 bits
        whole = rows.reshape(len(rows), count, bits // 8)[..., :: 1 if order == ">" else -1]
        return whole.astype(target) @ (256 ** np.arange(bits // 8)[::-1]).astype(target)
    weights = (1 << np.arange(bits)[::-1]).astype(target)
    result = np.empty((len(rows), count), target)
    step = max(1, _UNPACKED // count)
    for top in range(0, len(rows), step):
        plain = np.unpackbits(rows[top : top + step], axis=1, count=count * bits)
        result[top : top + step] = plain.reshape(-1, count, bits).astype(target) @ weights
    return result
