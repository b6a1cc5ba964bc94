"""Run folders and studies whose files are damaged, and hostile tables to predict with a sound model."""

from __future__ import annotations

import csv
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from random import Random

from faults.damage import damage
from faults.harness import Input
from faults.pictures import hostile_picture
from faults.sound import TINY, Sound
from faults.strings import hostile
from PIL import Image

ROWS = 6


def run_folder(random: Random, folder: Path, sound: Sound) -> Input:
    """A copy of a finished run with one or two damaged files, and a command that reads them."""
    copy = folder / "runs" / sound.run.parent.name / sound.run.name
    shutil.copytree(sound.run, copy)
    shutil.copy(TINY, folder / "registry.yaml")
    files = sorted(path for path in copy.rglob("*") if path.is_file())
    for path in random.sample(files, random.choice([1, 1, 2])):
        damage(path, random)
    run = f"{copy.parent.name}/{copy.name}"
    (folder / "t.csv").write_text("id,title\n1,Celadon bowl.\n")
    return Input("run folder", random.choice(_readers(run)))


def _readers(run: str) -> list[list[str]]:
    """Commands that read a run."""
    return [
        ["runs"],
        ["show", run],
        ["show", run, "--json"],
        ["report", run],
        ["predict", run, "t.csv", "--out", "out.csv"],
        ["predict", run, "t.csv", "--out", "out.csv"],
        ["compare-runs", run, run],
        ["promote", run],
        ["cache", "list"],
        ["doubt", run, "--out", "doubts"],
        ["similar", run, "--text", "bowl"],
        ["export", run, "--to", "folder", "--out", "exported"],
        ["export", run, "--to", "hub", "--out", "exported"],
        ["run", "tiny", "--resume"],
    ]


def prediction(random: Random, folder: Path, sound: Sound) -> Input:
    """A table with hostile rows for a sound model; every row must be answered."""
    (folder / "runs").symlink_to(sound.run.parents[1])
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
    run = f"{sound.run.parent.name}/{sound.run.name}"
    check = (lambda said: _answered(folder / out)) if out == "out.jsonl" else (lambda said: "")
    return Input("prediction", ["predict", run, path.name, "--out", out], ROWS, check)


def question(random: Random, folder: Path, sound: Sound) -> Input:
    """A hostile picture, id, text, question or folder for commands that ask a sound model about one thing."""
    (folder / "runs").symlink_to(sound.run.parents[1])
    (folder / "cache").mkdir()
    (folder / "cache" / "data").symlink_to(sound.data)
    run = f"{sound.run.parent.name}/{sound.run.name}"
    name = hostile_picture("0.png", random, folder) if random.random() < 0.7 else hostile(random)
    text = hostile(random)
    inside = f"out/{hostile(random)}".replace("..", "")  # a user may have answers written anywhere
    asked = [
        ["explain", run, name, "--out", "why", "--alike", "0"],
        ["explain", run, name, "--out", "why", "--text", text],
        ["explain", run, "--text", text, "--out", inside],
        ["similar", run, name, "--out", "alike"],
        ["similar", run, name, "--text", text],
        ["similar", run, "--text", text, "--by", hostile(random)],
        ["predict", run, name, "--text", text],
        ["doubt", run, "--task", hostile(random), "--out", "doubts"],
        ["doubt", run, "--out", "doubts", "--to", inside],
        ["ui", _unknown(random, folder), "--no-browser"],  # what is there is served, until the time is over
    ]
    return Input("question", [word.replace("\0", "\\0") for word in random.choice(asked)])


def _unknown(random: Random, folder: Path) -> str:
    name = hostile(random).replace("\0", "\\0")
    with suppress(OSError, ValueError):  # longer than a name may be, or of letters that no name has
        if (folder / name).is_dir():
            return "nothing"
    return name


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
