"""A reader who opens a page of the documentation and tries everything on it."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from vbg_framework.base.yaml_file import dump_yaml, parse_yaml, read_yaml
from vbg_framework.cli import main, parser
from vbg_framework.config.plugins import load_plugins
from vbg_framework.config.registry import Registry, shipped_registry

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^(?:<!-- (not run|wrong): .+? -->\n)?```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w./-]+\.(?:py|toml|yaml))\n")
# What the shipped registry names stays, only so small that a run takes seconds.
SMALL = {
    "datasets": {"mini-museum": {"type": "mini_museum", "objects": 40, "views": 2, "size": 32, "tail": 2}},
    "encoders": {
        "vit-mini": {"type": "vit", "image_size": 32, "patch_size": 8, "dim": 32, "layers": 1, "heads": 2},
        "bert-mini": {"type": "bert", "vocab_size": 200, "max_length": 32, "dim": 32, "layers": 1, "heads": 2},
    },
}
LOOP = {"rounds": 1, "count": 4, "copies": False, "quality": False}
BUDGET = {"steps": 2, "evaluate_every": 2, "batch_size": 8, "learning_rate": 1e-3, "encoder_learning_rate": 1e-3}


@dataclass(frozen=True)
class Block:
    """One block of code.

    Args:
        remark: `not run` or `wrong` if the page says so in a comment before it.
        file: the path in its first line, for a block that is to be saved under that name.
    """

    language: str
    text: str
    remark: str
    file: str

    @property
    def lines(self) -> list[str]:
        """Shell commands, without comments, redirections and variables."""
        whole = self.text.replace("\\\n", " ")
        return [line.partition(" > ")[0] for line in whole.splitlines() if line and not line.startswith("#")]


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    found = FENCE.findall(page.read_text(encoding="utf-8"))
    return [Block(language, text, remark, _file(text)) for remark, language, text in found]


def commands(block: Block) -> Iterator[list[str]]:
    """The words after `vbg` of every line that calls it."""
    for line in block.lines:
        for command in line.split("&&"):
            words = shlex.split(command, comments=True)
            while words and (re.fullmatch(r"\w+=.*", words[0]) or words[:2] == ["uv", "run"]):
                words = words[1 if "=" in words[0] else 2 :]
            if words[:1] == ["vbg"]:
                yield words[1:]


class Reader:
    """Sits in a folder with a small collection, installs the plugins of a page, and goes through it from the top.

    Args:
        folder: the working folder.
        install: the fixture of that name.
        train: whether `vbg run EXPERIMENT` is done; otherwise, and with options, the experiment is only checked. With
            `--tiny` it is always done.
    """

    def __init__(self, folder: Path, install: Callable, monkeypatch: pytest.MonkeyPatch, *, train: bool) -> None:
        self.folder, self.install, self.monkeypatch, self.train = folder, install, monkeypatch, train
        collect(folder)
        shipped = small_registry(folder / "shipped")
        monkeypatch.chdir(folder)
        monkeypatch.setenv("VBG_DATA", str(folder / "collections"))
        monkeypatch.setattr("vbg_framework.config.registry.shipped_registry", lambda: shipped)

    def read(self, page: Path) -> None:
        """Try every block that is not marked `not run`."""
        found = blocks(page)
        self.save(found)
        names: dict[str, Any] = {}
        for number, block in enumerate(found):
            if block.remark == "wrong":
                assert problems(block) == found[number + 1].text.strip()
            elif block.remark != "not run":
                self.follow(block, names)

    def follow(self, block: Block, names: dict[str, Any]) -> None:
        """Do what one block says."""
        if block.language == "bash":
            for words in commands(block):
                self.call(words)
        elif block.language == "yaml":
            assert problems(block) == ""
            if block.file:
                Path(block.file).write_text(block.text)
        elif block.language == "toml":
            tomllib.loads(block.text)
        elif block.language == "python" and not block.file:
            exec(compile(block.text, "page", "exec"), names)

    def call(self, words: list[str]) -> None:
        """Run one command; what would take long is checked instead."""
        if words[0].startswith("-"):
            with pytest.raises(SystemExit, match="0"):
                parser().parse_args(words)
            return
        args = parser().parse_args(words)
        if words[0] == "run" and not args.tiny and not (self.train and len(words) == 2):
            sets = [word for change in args.sets for word in ("--set", change)]
            words = ["check", args.experiment.partition("/")[0], *sets]
        assert main(words) == 0, words

    def save(self, found: list[Block]) -> None:
        """Save the Python files of a page and install those that implement a hook; of one that grows, the last form.

        A file that the page hands to `vbg plugin run-file` is not installed.
        """
        shown = "\n".join(block.text for block in found if block.language == "bash")
        points = {point.name: point for point in entry_points(group="vbg_framework")}
        for block in found:
            if block.language == "python" and block.file:
                path = self.folder / block.file
                path.parent.mkdir(exist_ok=True)
                path.write_text(block.text)
                if "@hookimpl" in block.text and f"run-file {block.file}" not in shown:
                    made = self.install(block.file.removesuffix(".py").removesuffix("/__init__"), block.text)
                    points |= {point.name: point for point in made}
        self.monkeypatch.setattr("vbg_framework.config.plugins.entry_points", lambda group: list(points.values()))


def problems(block: Block) -> str:
    """What is wrong with a registry, or with the options of an experiment based on `quickstart`."""
    content = parse_yaml(block.text, "page")
    if "version" not in content:
        content = {"version": 1, "experiments": {"part": {"extends": "quickstart", **content}}}
    registry = Registry.read()
    registry.add(content, "registry.yaml")
    return "\n".join(map(str, registry.problems(load_plugins(registry.block))))


def small_registry(folder: Path) -> Path:
    """The shipped registry with a small `quickstart`."""
    content = read_yaml(shipped_registry())
    for section, entries in SMALL.items():
        content[section] |= entries
    gan, _ = load_plugins().component("augmenter", "gan", where="registry")
    content["augmenters"]["gan-mini"] = {"type": "gan", **gan.tiny}
    content["experiments"]["quickstart"] |= {"tasks": ["form", "glaze"], "train": BUDGET, "loop": LOOP}
    folder.mkdir()
    path = folder / "registry.yaml"
    path.write_text(dump_yaml(content))
    return path


def collect(folder: Path) -> None:
    """A collection of pottery as the pages describe it: a table, a table of new finds, and photographs."""
    rows = ["inventory_number,object,kind,title,description,photo"]
    for number in range(24):
        kind = ("bowl", "vase", "tile")[number // 2 % 3]
        photo = f"photos/{number}.jpg"
        rows.append(f'{number},o{number // 2},{kind},"{kind.title()}, glazed",Stoneware,{photo}')
        for place in (folder / "collections" / "pottery" / photo, folder / photo):
            place.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (40, 40), (10 * number, 80, 120)).save(place)
    pottery = folder / "collections" / "pottery"
    (pottery / "objects.csv").write_text("\n".join(rows) + "\n")
    (folder / "new.csv").write_text("inventory_number,title,photo\n1,Bowl,photos/1.jpg\n2,,missing.jpg\n")


def _file(text: str) -> str:
    named = FILE.match(text)
    return named[1] if named else ""
