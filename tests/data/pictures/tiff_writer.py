"""A plain writer of TIFF files with any samples, independent of the reader."""

import io
import struct
import zlib
from dataclasses import dataclass, field

import numpy as np
from PIL import Image


@dataclass
class Layout:
    """How samples are stored; see TIFF 6.0."""

    photometric: int = 1
    bits: int = 8
    kind: str = "u"  # u, i or f
    order: str = "<"
    compression: int = 1
    predictor: int = 1
    apart: bool = False  # a plane per channel
    tile: int = 0  # px, 0 = strips
    rows: int = 5  # of a strip
    fill: int = 1
    big: bool = False
    tags: dict = field(default_factory=dict)  # number -> integers or bytes


def tiff(values, layout=None, **options):
    """One page of samples (height, width, channels), or pages of (samples, layout)."""
    pages = [(values, layout or Layout(**options))] if not isinstance(values, list) else values
    return _file(pages)


def _file(pages):
    order, big = pages[0][1].order, pages[0][1].big
    data = b"II" if order == "<" else b"MM"
    data += struct.pack(order + "HHH", 43, 8, 0) if big else struct.pack(order + "H", 42)
    place = len(data)
    data += bytes(8 if big else 4)
    for values, layout in pages:
        tags = _tags(values, layout)
        blocks = _blocks(np.asarray(values), layout)
        data += bytes(-len(data) % 8)
        places = [len(data) + sum(map(len, blocks[:i])) for i in range(len(blocks))]
        data += b"".join(blocks)
        tags |= {(324 if layout.tile else 273): places, (325 if layout.tile else 279): [len(block) for block in blocks]}
        data, place = _directory(data, place, tags, order, big)
    return data


def _directory(data, place, tags, order, big):
    """The file with one more directory, to which the word at `place` points; and where the next word is."""
    word, entry = ("Q", "HHQ") if big else ("I", "HHI")
    size = struct.calcsize("=" + word)
    entries = b""
    for tag, values in sorted(tags.items()):
        kind, content = _content(values, order)
        if len(content) > size:
            data += bytes(-len(data) % 8)
            content, data = struct.pack(order + word, len(data)), data + content
        count = len(values)
        entries += struct.pack(order + entry, tag, kind, count) + content.ljust(size, b"\0")
    data += bytes(-len(data) % 8)
    data = data[:place] + struct.pack(order + word, len(data)) + data[place + size :]
    data += struct.pack(order + ("Q" if big else "H"), len(tags)) + entries
    return data + bytes(size), len(data)


def _content(values, order):
    if isinstance(values, bytes):
        return 7, values
    if any(isinstance(value, float) for value in values):
        return 12, struct.pack(f"{order}{len(values)}d", *values)
    return 4, struct.pack(f"{order}{len(values)}I", *values)


def _tags(values, layout):
    height, width, channels = np.shape(values)
    tags = {256: [width], 257: [height], 258: [layout.bits] * channels, 259: [layout.compression]}
    tags |= {262: [layout.photometric], 277: [channels], 284: [2 if layout.apart else 1], 317: [layout.predictor]}
    tags |= {266: [layout.fill], 339: ["uif".index(layout.kind) + 1] * channels}
    tags |= {322: [layout.tile], 323: [layout.tile]} if layout.tile else {278: [layout.rows]}
    return tags | layout.tags


def _blocks(values, layout):
    planes = np.split(values, values.shape[2], axis=2) if layout.apart else [values]
    return [_stored(part, layout) for plane in planes for part in _parts(plane, layout)]


def _parts(plane, layout):
    height, width, _ = plane.shape
    if not layout.tile:
        return [plane[top : top + layout.rows] for top in range(0, height, layout.rows)]
    side = layout.tile
    full = np.pad(plane, ((0, -height % side), (0, -width % side), (0, 0)), mode="edge")
    corners = [(top, left) for top in range(0, height, side) for left in range(0, width, side)]
    return [full[top : top + side, left : left + side] for top, left in corners]


def _stored(part, layout):
    rows = [_row(row, layout) for row in part]
    data = compress(b"".join(rows), len(rows[0]), layout.compression)
    return bytes(int(f"{byte:08b}"[::-1], 2) for byte in data) if layout.fill == 2 else data


def _row(row, layout):
    """The bytes of a row of pixels (width, channels)."""
    kind, size = layout.kind, layout.bits // 8
    if layout.bits % 8 or size == 3:
        number = "".join(f"{int(value):0{layout.bits}b}" for value in row.ravel())
        number += "0" * (-len(number) % 8)
        whole = bytes(int(number[i : i + 8], 2) for i in range(0, len(number), 8))
        turned = size == 3 and layout.order == "<"
        return np.frombuffer(whole, np.uint8).reshape(-1, 3)[:, ::-1].tobytes() if turned else whole
    typed = row.astype(f"{kind}{size}")
    if layout.predictor == 3:
        planes = np.frombuffer(typed.astype(f">{kind}{size}").tobytes(), np.uint8).reshape(-1, size).T
        channels = row.shape[1]
        flat = planes.reshape(-1, channels)
        return np.diff(flat, axis=0, prepend=np.zeros((1, channels), np.uint8)).astype(np.uint8).tobytes()
    plain = typed.view(f"u{size}")
    if layout.predictor == 2:
        plain = np.diff(plain, axis=0, prepend=np.zeros((1, row.shape[1]), plain.dtype))
    return plain.astype(f"{layout.order}u{size}").tobytes()


def compress(data, row, compression):
    """Deflate, or what libtiff makes of the bytes as a grey picture."""
    if compression == 1:
        return data
    if compression in (8, 32946):
        return zlib.compress(data)
    name = {5: "tiff_lzw", 32773: "packbits", 34925: "lzma", 50000: "zstd"}[compression]
    buffer = io.BytesIO()
    grey = Image.frombytes("L", (row, len(data) // row), data)
    grey.save(buffer, "TIFF", compression=name, tiffinfo={278: grey.height})
    with Image.open(buffer) as written:
        (place,), (length,) = written.tag_v2[273], written.tag_v2[279]
    return buffer.getvalue()[place : place + length]
