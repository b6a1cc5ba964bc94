"""The registry in use: with what packages bring along, and without what it blocks."""

import sys
from importlib.metadata import EntryPoint, entry_points

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.config import opened
from vbg_framework.config.offers import unknown_blocks
from vbg_framework.config.opened import open_registry
from vbg_framework.config.package_entries import package_entries
from vbg_framework.config.plugins import installed, load_plugins
from vbg_framework.study.make import make_plan

PACKAGE = """
version: 1
datasets:
  drawn: {type: mini_museum, objects: 40}
encoders:
  words: {type: textcnn, filters: 7}
experiments:
  kept:
    data: drawn
    tasks: [form]
    encoders: {text: words}
    classifier: softmax-mini
  shorter: {extends: kept, train: {steps: 3}}
studies:
  both: {experiment: kept, arms: {copies: {augmenter: {type: duplicate}}}, controls: [none, duplicate]}
"""


class Installed:
    """A distribution."""

    name, version, requires = "Ink_Wash", "1", ()


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Brings a package of a distribution `Ink_Wash` with this registry into the process."""

    def bring(registry=PACKAGE, code=""):
        folder = tmp_path / "vbg_ink"
        folder.mkdir(exist_ok=True)
        (folder / "__init__.py").write_text(code)
        (folder / "registry.yaml").write_text(registry)
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "vbg_ink", raising=False)
        point = EntryPoint("vbg_ink", "vbg_ink", "vbg_framework")
        vars(point)["dist"] = Installed()
        shipped = [status.name for status in load_plugins().statuses]
        assert "vbg_ink" not in shipped
        found = [*opened_points(), point]
        monkeypatch.setattr(opened, "load_plugins", lambda block=(): load_plugins(block, found))
        monkeypatch.chdir(tmp_path)

    return bring


def opened_points():
    return [point for point in entry_points(group="vbg_framework") if point.dist.name == "vbg-framework"]


def test_entries_of_a_package_are_called_after_it(package):
    package()
    registry, plugins = open_registry()
    assert registry.entries["encoders"]["ink-wash.words"] == {"type": "textcnn", "filters": 7}
    resolved = registry.experiment("ink-wash.shorter", plugins)
    assert resolved.parts["encoders.text"].config.filters == 7
    assert resolved.parts["data"].config.objects == 40
    assert resolved.experiment.train.steps == 3
    assert "words" not in registry.entries["encoders"]
    assert make_plan("ink-wash.both", registry, plugins).arms[0].name == "copies"
    assert not registry.troubles


def test_a_registry_of_ones_own_comes_first(package, tmp_path):
    package()
    (tmp_path / "registry.yaml").write_text("version: 1\nencoders:\n  ink-wash.words: {type: textcnn, filters: 9}\n")
    registry, plugins = open_registry()
    assert registry.experiment("ink-wash.kept", plugins).parts["encoders.text"].config.filters == 9


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("version: 2", "ink-wash: registry.yaml: version must be 1, got 2"),
        ("version: 1\nblock: [vbg_vit]", "ink-wash: registry.yaml: block: a package blocks no others"),
        ("version: 1\nencoders: {a: {}}", "ink-wash: registry.yaml: encoders.a: key 'type' is missing"),
        ("version: 1\nencodrs: {}", "ink-wash: registry.yaml: unknown key 'encodrs'. Did you mean 'encoders'"),
        (": {", "ink-wash: registry.yaml:1: not valid YAML"),
    ],
)
def test_a_registry_that_is_wrong_costs_its_own_entries(package, content, says):
    package(content)
    registry, _ = open_registry()
    (problem,) = registry.troubles
    assert says in str(problem)
    assert "quickstart" in registry.entries["experiments"]


def test_a_mistake_in_an_entry_names_the_package(package):
    package(PACKAGE.replace("filters: 7", "filtres: 7"))
    registry, plugins = open_registry()
    with pytest.raises(VBGError, match=r"^ink-wash: registry\.yaml: encoders\.words: unknown key 'filtres'"):
        registry.experiment("ink-wash.kept", plugins)


def test_a_plugin_that_is_blocked_brings_nothing(package, tmp_path):
    package()
    (tmp_path / "registry.yaml").write_text("version: 1\nblock: [vbg_ink]\n")
    registry, _ = open_registry()
    assert not [name for name in registry.entries["experiments"] if "." in name and name.startswith("ink")]


def test_the_frameworks_own_plugins_bring_no_second_registry():
    entries, problems = package_entries(load_plugins(found=opened_points()))
    assert (entries, problems) == ([], [])


def test_what_a_registry_blocks_is_blocked_everywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "registry.yaml").write_text("version: 1\nblock: ['vbg_writers:xlsx']\n")
    open_registry()
    names = {component.name for component, _ in installed().components("writer")}
    (tmp_path / "registry.yaml").unlink()
    open_registry()
    assert {component.name for component, _ in installed().components("writer")} == names | {"xlsx"}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("vbg_writer", "no plugin or component 'vbg_writer' is installed. Did you mean 'vbg_writers'"),
        ("vbg_writers:xlxs", "no plugin or component 'vbg_writers:xlxs' is installed. Did you mean 'vbg_writers:xlsx'"),
    ],
)
def test_a_misspelt_block_is_named(tmp_path, monkeypatch, name, says):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "registry.yaml").write_text(f"version: 1\nblock: ['{name}']\n")
    registry, plugins = open_registry()
    (problem,) = unknown_blocks(plugins, registry.block)
    assert says in str(problem)


@pytest.mark.parametrize("name", ["vbg_writers", "vbg_writers:xlsx", "vbg-framework:vbg_writers"])
def test_a_block_that_means_something_is_no_problem(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "registry.yaml").write_text(f"version: 1\nblock: ['{name}']\n")
    registry, plugins = open_registry()
    assert not unknown_blocks(plugins, registry.block)
