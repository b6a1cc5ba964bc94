"""Registries and arguments that are wrong in any way."""

from __future__ import annotations

from pathlib import Path
from random import Random

from faults.harness import Input
from faults.strings import damaged, hostile

TABLE = "id,title,kind\n" + "".join(f"{n},Bowl {n},{'ab'[n % 2]}\n" for n in range(6))
REGISTRY = """version: 1
datasets:
  d: {type: table, path: t.csv, id: id, text: [title], targets: {kind: kind}}
encoders:
  e: {type: textcnn, dim: 16}
classifiers:
  s: {type: softmax}
experiments:
  x: {data: d, tasks: [kind], encoders: {text: e}, classifier: s, train: {steps: 2}}
studies:
  y: {experiment: x, arms: {more: {augmenter: {type: duplicate}}}, controls: [none]}
"""
VALUES = (
    *("null", "[]", "{}", "-1", "1e400", "0", "true", "[[a]]", "{a: {b: c}}", "''", "'../../x'", "/etc/passwd"),
    *("*a", "&a [*a]", "!!python/name:os.system", "99999999999999999999", ".nan", "-.inf", "2026-11-29", "{? [a] : b}"),
)
COMMANDS = (
    *(["check", "x"], ["check", "x"], ["components"], ["experiments"], ["data", "prepare", "d"], ["runs"]),
    *(["show", "x"], ["compare", "y", "--dry-run"], ["plugins"], ["card", "x"]),
)
WORDS = (
    *("run", "check", "show", "runs", "data", "prepare", "show", "export", "predict", "compare", "card", "report"),
    *(
        "--set",
        "--out",
        "--runs",
        "--registry",
        "--to",
        "--column",
        "--resume",
        "x",
        "d",
        "y",
        "t.csv",
        "registry.yaml",
    ),
)


def registry(random: Random, folder: Path) -> Input:
    """A registry whose values, keys, nesting or bytes are wrong."""
    _files(folder)
    text = random.choice([_value, _value, _key, _bomb, _bytes])(random)
    (folder / "registry.yaml").write_bytes(text)
    return Input("registry", random.choice(COMMANDS))


def _value(random: Random) -> bytes:
    lines = REGISTRY.splitlines()
    place = random.randrange(len(lines))
    parts = lines[place].split(": ")
    parts[random.randrange(1, len(parts)) if len(parts) > 1 else 0] = random.choice(VALUES)
    lines[place] = ": ".join(parts)
    return "\n".join(lines).encode()


def _key(random: Random) -> bytes:
    word = random.choice(["d", "x", "e", "kind", "title", "type", "steps", "t.csv", "data", "version"])
    return REGISTRY.replace(word, hostile(random)[:3000]).encode("utf-8", "surrogatepass")


def _bomb(random: Random) -> bytes:
    deep = random.choice([50, 5_000, 100_000])
    laugh = "a: &a0 [x, x]\n" + "".join(
        f"b{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, random.choice([3, 9, 40]))
    )
    return random.choice(
        [b"[" * deep, b"{a: " * deep, b"- " * deep, b"a:\n" + b" " * deep + b"b: 1", laugh.encode(), b"&a [*a]"]
    )


def _bytes(random: Random) -> bytes:
    return random.choice([damaged(REGISTRY.encode(), random), bytes(random.randrange(256) for _ in range(200)), b""])


def arguments(random: Random, folder: Path) -> Input:
    """A command line of words in any order, with hostile ones among them."""
    _files(folder)
    (folder / "registry.yaml").write_text(REGISTRY)
    given = [*random.choice([*COMMANDS, ["data", "check", "d"], ["evaluate", "x", "t.csv"]])]
    for _ in range(random.randrange(1, 4)):
        word = hostile(random) if random.random() < 0.6 else random.choice(WORDS)
        place = random.randrange(len(given) + 1)
        given[place : place + (random.random() < 0.5)] = [word.replace("\0", "\\0")]
    return Input("arguments", given if "run" not in given else [word for word in given if word != "run"])


def _files(folder: Path) -> None:
    (folder / "t.csv").write_text(TABLE)
