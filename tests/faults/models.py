"""Run folders and studies whose files are damaged, and hostile tables to predict with a sound model."""

from __future__ import annotations

import csv
import json
import os
import shutil
from pathlib import Path
from random import Random

from PIL import Image

from .harness import Input
from .strings import damaged, hostile

ROWS = 6
JSON = (b"", b"null", b"[]", b"{}", b"1", b'"x"', b"[" * 100_000, b'{"a": NaN}', b"{\n", b"\xff\xfe")


def run_folder(random: Random, folder: Path, sound: Path) -> Input:
    """A copy of a finished run with one or two damaged files, and a command that reads them.

    Args:
        sound: a finished run.
    """
    copy = folder / "runs" / sound.parent.name / sound.name
    shutil.copytree(sound, copy)
    files = sorted(path for path in copy.rglob("*") if path.is_file())
    for path in random.sample(files, random.choice([1, 1, 2])):
        _damage(path, random)
    run = f"{sound.parent.name}/{sound.name}"
    (folder / "t.csv").write_text("id,title\n1,Celadon bowl.\n")
    commands = [
        ["runs"],
        ["show", run],
        ["report", run],
        ["card", run],
        ["predict", run, "t.csv", "--out", "out.csv"],
        ["compare-runs", run, run],
        ["export", run, "--to", "folder", "--out", "exported"],
    ]
    return Input("run folder", random.choice(commands))


def _damage(path: Path, random: Random) -> None:
    how = random.randrange(6)
    data = path.read_bytes()
    if how == 0:
        path.unlink()
    elif how == 1:
        path.unlink()
        path.mkdir()
    elif how == 2 and path.suffix == ".json":
        path.write_bytes(random.choice(JSON))
    elif how == 3 and path.suffix == ".json":
        path.write_text(json.dumps(_changed(json.loads(data), random)))
    else:
        path.write_bytes(damaged(data, random))


def _changed(value: object, random: Random) -> object:
    """JSON with one value of another type, or hostile text in it."""
    if isinstance(value, dict) and value and random.random() < 0.8:
        key = random.choice(list(value))
        return {**value, key: _changed(value[key], random)}
    if isinstance(value, list) and value and random.random() < 0.8:
        place = random.randrange(len(value))
        return [*value[:place], _changed(value[place], random), *value[place + 1 :]]
    return random.choice([None, [], {}, -1, 1e308, True, hostile(random), [[1]], {"a": 1}])


def prediction(random: Random, folder: Path, sound: Path) -> Input:
    """A table with hostile rows for a sound model; every row must be answered."""
    (folder / "runs").symlink_to(sound.parents[1])
    rows = []
    for number in range(ROWS):
        row: dict[str, object] = {"id": str(number), "title": "Celadon bowl.", "image": f"{number}.png"}
        Image.new("RGB", (32, 32), (30 * number, 9, 9)).save(folder / f"{number}.png")
        if number and random.random() < 0.7:
            key = random.choice(list(row))
            row[key] = _place(random, folder, number) if key == "image" else hostile(random)
        rows.append(row)
    path = random.choice([_csv, _jsonl])(rows, random, folder)
    out = random.choice(["out.csv", "out.jsonl", "out.parquet", "out.xlsx"])
    run = f"{sound.parent.name}/{sound.name}"
    check = (lambda said: _answered(folder / out)) if out == "out.jsonl" else (lambda said: "")
    return Input("prediction", ["predict", run, path.name, "--out", out], ROWS, check)


def _place(random: Random, folder: Path, number: int) -> str:
    path = folder / f"special-{number}"
    random.choice([path.mkdir, lambda: os.mkfifo(path), lambda: path.symlink_to(path), lambda: path.touch()])()
    return random.choice([path.name, "../outside.png", hostile(random).replace("\n", " ")])


def _csv(rows: list[dict], random: Random, folder: Path) -> Path:
    with (folder / "t.csv").open("w", newline="", encoding="utf-8", errors="surrogatepass") as file:
        writer = csv.DictWriter(file, [*rows[0]], quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return folder / "t.csv"


def _jsonl(rows: list[dict], random: Random, folder: Path) -> Path:
    odd = [[], {}, [1, 2], {"a": "b"}, "\ud800", 10**30, True, None]
    for row in rows[1:]:
        if random.random() < 0.4:
            row[random.choice(list(row))] = random.choice(odd)
    (folder / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / "t.jsonl"


def _answered(out: Path) -> str:
    count = out.read_text(encoding="utf-8").count("\n")
    return "" if count == ROWS else f"{count} of {ROWS} rows are answered"
