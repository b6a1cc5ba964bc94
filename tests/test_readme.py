"""The README is executed."""

import csv
import tomllib

import pytest
from pages import ROOT, Reader, blocks, commands

import vbg_framework
from vbg_framework.cli import parser
from vbg_framework.config.plugins import load_plugins

pytestmark = pytest.mark.slow

README = ROOT / "README.md"


@pytest.fixture
def reader(tmp_path, install, monkeypatch):
    return Reader(tmp_path, install, monkeypatch, train=True)


def test_it_opens_with_the_two_command_lines_that_do_everything():
    lines = [block.lines for block in blocks(README)[:2]]
    assert lines == [["pip install uv && uv run vbg run quickstart"], ["pip install uv && uv run pytest"]]
    assert README.read_text(encoding="utf-8").index("```") < 1000


def test_the_gate_runs_the_readmes_test_command():
    gate = (ROOT / ".ci" / "run").read_text().replace(" --quiet", "")
    assert "\npip install uv && uv run pytest" in gate


def test_the_project_keeps_what_the_two_command_lines_promise():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["requires-python"] == ">=3.11"
    assert project["project"]["scripts"]["vbg"] == "vbg_framework.cli:main"
    assert any(need.startswith("pytest") for need in project["dependency-groups"]["dev"])


def test_every_command_can_be_parsed():
    found = [words for block in blocks(README) for words in commands(block)]
    assert len(found) > 10
    for words in found:
        parser().parse_args(words)


def test_every_extra_exists():
    text = README.read_text(encoding="utf-8")
    for extra in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]:
        assert f'pip install ".[{extra}]"' in text


def test_every_shipped_component_is_named():
    shipped = [c for c, plugin in load_plugins().components() if plugin.distribution == "vbg-framework"]
    assert not [c.name for c in shipped if f"`{c.name}`" not in README.read_text(encoding="utf-8")]


def test_the_example_table_has_the_columns_the_tour_uses(reader):
    (example,) = (block for block in blocks(README) if block.language == "csv")
    rows = list(csv.DictReader((reader.folder / "collections" / "pottery" / "objects.csv").open()))
    assert list(next(csv.DictReader(example.text.splitlines()))) == list(rows[0])


def test_the_tour_the_plugin_and_the_python_example_work(reader):
    reader.read(README)
    head = "id,inventory_number,title,photo,kind,kind_confidence,kind_set"
    assert (reader.folder / "kinds.csv").read_text().startswith(head)
    assert (reader.folder / "kinds.parquet").is_file()
    run = vbg_framework.run("quickstart", sets=["encoders.image={type: colours, grid: 2}"])
    assert run.config()["experiment"]["encoders"]["image"] == {"type": "colours", "grid": 2, "dim": 32}
