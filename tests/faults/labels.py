"""What stands beside a table: label rules, corrections, the folder of pictures, a museum's own form of table."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from random import Random

from faults.harness import Input
from faults.strings import damaged, hostile
from faults.tables import ROWS, all_named
from PIL import Image

RULES = """version: 1
name: rules
tasks:
  form:
    rules:
    - {fields: title, regex: 'bowl', label: bowl}
    - {fields: [title, kind], exact: [a, '7'], label: jar}
    - {fields: kind, map: {a: one, b: two}}
    - {fields: year, years: [-300, 1900], label: old, separator: ';'}
"""
SLOW = (
    "(a+)+$",
    "(a|a)*b",
    "(.*)*x",
    "(?:a?){99}a{99}",
    "(",
    "[",
    "(?P<a>",
    "(?R)",
    "\\\\1",
    "a{99999}{99999}",
    "(?i)ß",
    "",
)
VALUES = (
    "null",
    "[]",
    "{}",
    "-1",
    "1e400",
    "'x'",
    "[a, [b]]",
    "{a: {b: c}}",
    "2026-11-29",
    ".nan",
    "010",
    "*a",
    "{1: 2}",
)
NAMES = {
    "met": ["Object Number,Object ID,Title,Department,Is Public Domain,Medium,Classification,Object Begin Date"],
    "cleveland": ["id,title,type,technique,culture,share_license_status,creation_date_earliest"],
    "hub": ["id,title,type"],
}


def beside(random: Random, folder: Path) -> Input:
    """A sound table with rules or corrections that are not."""
    rows = [{"id": n, "title": f"a bowl {n}", "year": 1900 + n, "kind": "ab"[n % 2]} for n in range(ROWS)]
    rows[2] |= {random.choice(["title", "year", "kind"]): random.choice([hostile(random), "a" * 5000 + "!"])}
    text = _csv(rows)
    (folder / "t.csv").write_bytes(text.encode("utf-8", "surrogatepass"))
    make = random.choice([_rules, _corrections])
    option = make(random, folder)
    table = f"type: table, path: t.csv, id: id, text: [title], targets: {{kind: kind}}, {option}"
    (folder / "registry.yaml").write_text(f"version: 1\ndatasets:\n  d: {{{table}}}\n")
    return Input(make.__name__[1:], ["data", "prepare", "d", "--accept-loss"], ROWS, all_named)


def _rules(random: Random, folder: Path) -> str:
    text, how = RULES, random.randrange(4)
    if how == 0:
        text = RULES.replace("'bowl'", json.dumps(random.choice(SLOW)).replace('"', "'"))
    elif how == 1:
        lines = RULES.splitlines()
        place = random.randrange(len(lines))
        lines[place] = f"{lines[place].rpartition(': ')[0]}: {random.choice(VALUES)}"
        text = "\n".join(lines)
    elif how == 2:
        text = RULES.replace(random.choice(["bowl", "title", "kind", "form", "one"]), json.dumps(hostile(random)[:900]))
    data = text.encode("utf-8", "surrogatepass")
    (folder / "rules.yaml").write_bytes(damaged(data, random) if how == 3 else data)
    return "labels: rules.yaml"


def _corrections(random: Random, folder: Path) -> str:
    rows = [
        {"id": n, "task": "kind", "value": "b", "who": "me", "when": f"2026-01-0{n + 1}", "why": ""} for n in range(3)
    ]
    for _ in range(random.randrange(1, 4)):
        rows[random.randrange(3)][random.choice([*rows[0]])] = random.choice([hostile(random), "0", "", "kind", "b|a"])
    data = _csv(rows).encode("utf-8", "surrogatepass")
    (folder / "c.csv").write_bytes(damaged(data, random) if random.random() < 0.3 else data)
    return "corrections: c.csv"


def dump(random: Random, folder: Path) -> Input:
    """A table as a museum publishes it, with hostile cells, read by the component for it."""
    kind = random.choice([*NAMES])
    names = NAMES[kind][0].split(",")
    rows = [
        dict.fromkeys(names, "1") | {"Is Public Domain": "True", "share_license_status": "CC0"} for _ in range(ROWS)
    ]
    for number, row in enumerate(rows):
        row |= {names[0]: f"x{number}", "Object ID": str(number), names[2]: f"piece {number}"}
        if number > 1 and random.random() < 0.7:
            row[random.choice(names)] = hostile(random)
    rows = [{name: row[name] for name in names} for row in rows]
    path = folder / random.choice(["t.csv", "t.json", "t.jsonl"])
    text = _csv(rows) if path.suffix == ".csv" else json.dumps(rows)
    text = "\n".join(map(json.dumps, rows)) if path.suffix == ".jsonl" else text
    data = text.encode("utf-8", "surrogatepass")
    path.write_bytes(damaged(data, random) if random.random() < 0.4 else data)
    targets = "{kind: type}" if kind != "met" else "{kind: classification}"
    (folder / "registry.yaml").write_text(
        f"version: 1\ndatasets:\n  d: {{type: {kind}, path: {path.name}, targets: {targets}, text: [title]}}\n"
    )
    return Input(f"dump {kind}", ["data", random.choice(["prepare", "prepare", "check"]), "d", "--accept-loss"])


def begun(random: Random, folder: Path) -> Input:
    """A table or a folder of pictures that `vbg init` looks at."""
    if random.random() < 0.3:
        return Input("begun folder", ["init", _folders(random, folder), "--yes"])
    names = ["id", "title", "kind", "place"]
    for _ in range(random.randrange(3)):
        names[random.randrange(4)] = hostile(random)[:300]
    rows = [[n, f"a piece {n}", "ab"[n % 2], "xyz"[n % 3]] for n in range(24)]
    for _ in range(random.randrange(1, 6)):
        rows[random.randrange(24)][random.randrange(4)] = hostile(random)
    out = io.StringIO()
    csv.writer(out).writerows([names, *rows])
    data = out.getvalue().encode("utf-8", "surrogatepass")
    (folder / "t.csv").write_bytes(damaged(data, random) if random.random() < 0.3 else data)
    return Input("begun table", ["init", "t.csv", "--yes"])


def classes(random: Random, folder: Path) -> Input:
    """A folder of pictures whose classes are called anything."""
    name = _folders(random, folder)
    (folder / "registry.yaml").write_text(f"version: 1\ndatasets:\n  d: {{type: image_folder, path: {name}}}\n")
    return Input("classes", ["data", random.choice(["prepare", "check", "show"]), "d", "--accept-loss"])


def _folders(random: Random, folder: Path) -> str:
    for number in range(6):
        name = hostile(random).replace("/", "_").replace("\0", "") if random.random() < 0.5 else "ab"[number % 2]
        name = name.encode("utf-8", "surrogatepass")[:200].decode("utf-8", "ignore")
        place = folder / "pictures" / (name if name not in ("", ".", "..") else "c")
        place.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 20), (40 * number, 90, 9)).save(place / f"{number}.png")
        if random.random() < 0.3:
            (place / f"{number}.png").write_bytes(damaged((place / f"{number}.png").read_bytes(), random))
    return "pictures"


def _csv(rows: list[dict]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, [*rows[0]])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
