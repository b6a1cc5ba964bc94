"""Files of ours that something happened to: cut, emptied, of another shape, gone, a folder, a pipe, somebody else's."""

from __future__ import annotations

import json
import os
from pathlib import Path
from random import Random

from faults.strings import damaged, hostile

JSON = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"1",
    b'"x"',
    b"[" * 100_000,
    b'{"a": NaN}',
    b"{\n",
    b"\xff\xfe",
    b"[{}]",
    b"[null]",
)
JSONS = (".json", ".jsonl")


def damage(path: Path, random: Random) -> None:
    """Do one of these things to a file."""
    how = random.choice(
        ["gone", "folder", "loop", "pipe", "bytes", "bytes", *["shape"] * 4 * (path.suffix in (*JSONS, ".yaml"))]
    )
    data = path.read_bytes()
    if how in ("gone", "folder", "loop", "pipe"):
        path.unlink()
    if how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    elif how == "loop":
        path.symlink_to(path.name)
    elif how == "bytes":
        path.write_bytes(damaged(data, random))
    elif how == "shape":
        path.write_bytes(_reshaped(path, data, random))


def _reshaped(path: Path, data: bytes, random: Random) -> bytes:
    if path.suffix == ".yaml":
        return _without_a_line(data, random)
    if random.random() < 0.3:
        return random.choice(JSON)
    if path.suffix == ".json":
        return json.dumps(changed(json.loads(data), random)).encode()
    lines = data.splitlines() or [b"{}"]
    place = random.randrange(len(lines))
    lines[place] = random.choice(
        [b"", b"{", b"null", b"[]", json.dumps(changed(json.loads(lines[place]), random)).encode()]
    )
    return b"\n".join(lines) + b"\n"


def _without_a_line(data: bytes, random: Random) -> bytes:
    """YAML with a line that is gone, or another value in it."""
    lines = data.decode().splitlines()
    place = random.randrange(len(lines))
    value = random.choice([None, "null", "[]", "{}", "-1", "x", "1e400", "[[a]]", "{a: b}"])
    lines[place : place + 1] = [] if value is None else [f"{lines[place].partition(':')[0]}: {value}"]
    return "\n".join(lines).encode()


def changed(value: object, random: Random) -> object:
    """JSON with one value of another type, gone, or hostile text in it."""
    if isinstance(value, dict) and value and random.random() < 0.8:
        key = random.choice(list(value))
        if random.random() < 0.15:
            return {name: each for name, each in value.items() if name != key}
        return {**value, key: changed(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.8:
        place = random.randrange(len(value))
        return [*value[:place], changed(value[place], random), *value[place + 1 :]]
    return random.choice([None, [], {}, -1, 1e308, True, hostile(random), [[1]], {"a": 1}, 10**30, float("nan")])
