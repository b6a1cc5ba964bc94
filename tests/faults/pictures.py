"""Pictures that are damaged, huge, not there, or no pictures; every row must be named."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path
from random import Random

from faults.harness import Input
from faults.strings import damaged, hostile
from faults.tables import ROWS, all_named
from PIL import Image

REGISTRY = """version: 1
datasets:
  d: {type: table, path: t.csv, id: id, image: image, targets: {kind: kind}}
"""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000", "AVIF")
MODES = ("RGB", "L", "RGBA", "P", "1", "CMYK", "I;16", "LA", "F")


def pictures(random: Random, folder: Path) -> Input:
    """Six pictures, four of them hostile."""
    rows = ["id,image,kind"]
    for number in range(ROWS):
        name = f"{number}.png"
        if number < 2:
            Image.new("RGB", (20, 20), (40 * number, 90, 9)).save(folder / name)
        else:
            name = hostile_picture(name, random, folder)
        rows.append(f'{number},"{name}",{"ab"[number % 2]}')
    (folder / "t.csv").write_bytes("\n".join(rows).encode("utf-8", "surrogatepass"))
    (folder / "registry.yaml").write_text(REGISTRY)
    return Input("pictures", ["data", "prepare", "d", "--accept-loss"], ROWS, all_named)


def hostile_picture(name: str, random: Random, folder: Path) -> str:
    """Make one in a folder; returns its name, which may be another one."""
    return random.choice([_damaged, _damaged, _special, _header, _named])(name, random, folder)


def _damaged(name: str, random: Random, folder: Path) -> str:
    (folder / name).write_bytes(damaged(_encoded(random), random))
    return name


def _encoded(random: Random) -> bytes:
    out = io.BytesIO()
    image = Image.new(random.choice(MODES), (random.choice([1, 2, 33]), random.choice([2, 40])))
    try:
        image.save(out, random.choice(FORMATS))
    except (OSError, KeyError, ValueError):
        out = io.BytesIO()
        image.convert("RGB").save(out, "PNG")
    return out.getvalue()


def _special(name: str, random: Random, folder: Path) -> str:
    """What is no file: a folder, a pipe, a loop, a device, a socket's place, one that nobody may read."""
    path = folder / name
    how = random.randrange(6)
    if how == 0:
        path.mkdir()
    elif how == 1:
        os.mkfifo(path)
    elif how == 2:
        path.symlink_to(path)
    elif how == 3:
        path.symlink_to("/dev/zero")
    elif how == 4:
        path.write_bytes(b"")
    else:
        path.symlink_to("../../outside.png")
    return name


def _header(name: str, random: Random, folder: Path) -> str:
    """A PNG whose header claims any size, with chunks that unpack to a thousand times theirs."""
    width, height = (random.choice([0, 1, 20, 9_000, 60_000, 2**31 - 1, 2**32 - 1]) for _ in range(2))
    head = struct.pack(
        ">IIBBBBB", width, height, random.choice([1, 8, 16, 3]), random.choice([0, 2, 3, 4, 6, 9]), 0, 0, 0
    )
    extra = random.choice(
        [
            b"",
            _chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 4_000_000)),
            _chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"a" * 4_000_000)),
            b"".join(_chunk(b"zTXt", b"k\0\0" + zlib.compress(b"a" * 900_000)) for _ in range(100)),
            _chunk(b"eXIf", b"MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 60),
        ]
    )
    data = _chunk(b"IDAT", zlib.compress(b"\0" * 2000))
    body = _chunk(b"IHDR", head) + extra + data + _chunk(b"IEND", b"")
    (folder / name).write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return name


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _named(name: str, random: Random, folder: Path) -> str:
    return hostile(random).replace('"', "").replace("\n", " ").replace("\r", " ").replace("\0", "")[:5000]
