"""The documentation is executed, complete and up to date."""

import argparse
import importlib.util
import json
import re
import shutil
from pathlib import Path

import pytest
from pages import PAGES, ROOT, Reader, blocks
from PIL import Image

import vbg_framework
from vbg_framework.base.run_folder import RunFolder
from vbg_framework.cli import parser
from vbg_framework.config.entries import SECTIONS
from vbg_framework.config.plugins import load_plugins
from vbg_framework.learning.evaluation.metrics import STANDARD
from vbg_framework.learning.prediction.prediction import Prediction
from vbg_framework.learning.prediction.saved import SavedModel

pytestmark = pytest.mark.slow

DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")


def text(name):
    return (DOCS / name).read_text(encoding="utf-8")


def prose(page: Path):
    """A page without its blocks of code."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def section(name, heading):
    """From the heading to the next one."""
    _, found, rest = prose(DOCS / name).partition(f"# {heading}\n")
    assert found, f"{name} has no heading '{heading}'"
    return rest.partition("\n#")[0]


def slugs(page: Path):
    """The anchors of a page's headings."""
    headings = [line.lstrip("#").strip().lower() for line in prose(page).splitlines() if line.startswith("#")]
    return [re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings]


@pytest.fixture
def reader(tmp_path, install, monkeypatch, tiny_run):
    """Has run `quickstart` already."""
    shutil.copytree(tiny_run.path, tmp_path / "runs" / "quickstart" / tiny_run.path.name)
    return Reader(tmp_path, install, monkeypatch, train=False)


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent == DOCS], ids=lambda page: page.stem)
def test_what_a_page_shows_works(reader, page):
    reader.read(page)


def test_the_examples_of_interfaces_and_hooks_work_in_a_run(reader, capsys):
    found = blocks(DOCS / "interfaces.md") + blocks(DOCS / "hooks.md")
    reader.save(found)
    (registry,) = (block.text for block in found if "type: letters" in block.text and block.language == "yaml")
    Path("registry.yaml").write_text(registry)
    Path("cards").mkdir()
    for number in range(60):
        card = {"title": "Bowl" if number % 2 else "Vase", "object": f"o{number // 2}", "colours": ["red", "blue"]}
        card |= {"kind": card["title"]} if number < 59 else {}
        card |= {"colours": ["red"]} if number % 3 else {}
        Path(f"cards/{number}.json").write_text(json.dumps(card))
        Image.new("RGB", (32, 32), (number * 4, 60, 90)).save(f"cards/{number}.jpg")
    run = vbg_framework.run("cards", sets=["train.steps=2", "train.evaluate_every=1"])
    metrics = run.read_json("metrics.json")
    assert metrics["data"]["quarantined"] == 1
    assert set(metrics["test"]) == {"kind", "colours"}
    assert re.fullmatch(r"(step \d: macro-F1 \d\.\d{3}\n){2}", (run.path / "diary.txt").read_text())
    assert f"\a{run.name} is finished" in capsys.readouterr().out
    assert next(vbg_framework.load(run).predict([{"text": "Bowl"}])).classes["kind"] in ("Bowl", "Vase")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for path, anchor in LINK.findall(prose(page)):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in slugs(target), f"{path}#{anchor}"


def test_every_page_is_on_the_map():
    assert {page.name for page in PAGES if page.parent == DOCS} <= set(re.findall(r"[\w-]+\.md", text("index.md"))) | {
        "index.md"
    }


def test_the_tables_of_options_are_up_to_date():
    spec = importlib.util.spec_from_file_location("tables", DOCS / "tables.py")
    tables = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tables)
    for page in tables.PAGES:
        assert tables.written(text(page.name)) == text(page.name), "run: python docs/tables.py"


def test_every_kind_of_component_has_a_page_of_options():
    pages = "".join(text(page.name) for page in DOCS.glob("options-*.md"))
    shown = re.findall(r"<!-- begin components (.+?) -->", pages)
    assert set(" ".join(shown).split()) == {component.kind for component, _ in load_plugins().components()}


def test_every_key_and_variable_is_in_the_registry_reference():
    page = text("registry.md")
    for key in ("version", "block", *SECTIONS, "experiments", "studies"):
        assert f"| `{key}` |" in section("registry.md", "Sections")
    sources = [*(ROOT / "vbg_framework").rglob("*.py"), *(ROOT / "plugins").rglob("*.py")]
    for variable in {name for path in sources for name in re.findall(r"\bVBG_[A-Z]+", path.read_text())}:
        assert f"| `{variable}` |" in page
    assert not [metric for metric in STANDARD if f"`{metric}`" not in text("options-experiment.md")]


@pytest.mark.parametrize(
    ("kind", "page", "heading"),
    [
        (vbg_framework.Component, "interfaces.md", "Declaring a component"),
        (vbg_framework.Record, "interfaces.md", "`Record`"),
        (vbg_framework.Task, "interfaces.md", "`Task`"),
        (vbg_framework.Origin, "interfaces.md", "`Origin`"),
        (vbg_framework.Rejected, "interfaces.md", "`Rejected`"),
        (vbg_framework.Dataset, "interfaces.md", "`Dataset`"),
        (vbg_framework.Encoder, "interfaces.md", "Encoder"),
        (vbg_framework.Features, "interfaces.md", "`Features`"),
        (vbg_framework.Fusion, "interfaces.md", "Fusion"),
        (vbg_framework.Classifier, "interfaces.md", "Classifier"),
        (SavedModel, "interfaces.md", "Using a model"),
        (Prediction, "interfaces.md", "Using a model"),
        (RunFolder, "hooks.md", "`run`: the run folder"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_every_public_member_is_documented(kind, page, heading):
    told = section(page, heading)
    members = {name for name in [*vars(kind), *getattr(kind, "__annotations__", {})] if not name.startswith("_")}
    assert members
    assert not [name for name in members if not re.search(rf"`(\w+\.)?{name}\b", told)]


def test_every_public_name_is_documented():
    names = set(vbg_framework.__all__) - {"__version__"}
    assert not [name for name in names if f"`{name}" not in text("interfaces.md") + text("toolkit.md")]


def commands(top, path="vbg"):
    """(command, its parser) of every command that does something."""
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                deeper = list(commands(inner, f"{path} {name}"))
                yield from deeper or [(f"{path} {name}", inner)]


COMMANDS = dict(commands(parser()))
EVERYWHERE = ("--help", "--quiet", "--verbose", "--traceback")


@pytest.mark.parametrize(("command", "its"), COMMANDS.items(), ids=list(COMMANDS))
def test_every_command_and_option_is_documented(command, its):
    told, everywhere = section("commands.md", f"`{command}`"), text("commands.md")
    for action in its._actions:
        name = max(action.option_strings, key=len) if action.option_strings else action.dest
        assert f"`{name}" in (everywhere if name in EVERYWHERE else told), name


def test_every_file_of_a_run_is_explained(tiny_run):
    told = section("quickstart.md", "The run folder")
    for path in tiny_run.path.iterdir():
        assert f"| `{path.name}{'/' if path.is_dir() else ''}` |" in told
    for key in tiny_run.read_json("metrics.json"):
        assert f"`{key}`" in told


def test_every_number_of_an_evaluation_is_explained(tiny_run):
    told = section("hooks.md", "`metrics`: one evaluation")
    line = next(line for line in tiny_run.lines() if line["kind"] == "validation")
    for key in {*line, *line["tasks"]["form"], *STANDARD}:
        assert f"`{key}`" in told
