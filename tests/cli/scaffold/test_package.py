import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pages import blocks, commands, problems

from vbg_framework.base.errors import VBGError
from vbg_framework.base.version import __version__
from vbg_framework.cli import parser
from vbg_framework.cli.scaffold.name import Name
from vbg_framework.cli.scaffold.package import TRIED, declared, trial, write_package
from vbg_framework.config.plugins import load_plugins

KIND = pytest.mark.parametrize("kind", TRIED)
NAME = Name("vbg-ink-wash")


@pytest.fixture
def written(tmp_path):
    return lambda kind: write_package(NAME, kind, tmp_path)


def test_every_kind_a_model_is_made_with_can_be_written():
    assert {declared(kind) for kind in TRIED} >= {"encoder", "fusion", "augmenter", "classifier", "dataset"}


@KIND
def test_a_package_holds_declaration_implementation_test_and_readme(written, kind):
    folder = written(kind)
    names = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix != ".png" and path.is_file()
    }
    work = {f"vbg_ink_wash/{TRIED[kind].module}.py"} if TRIED[kind].module else set()
    package = {"vbg_ink_wash/__init__.py", "vbg_ink_wash/py.typed", *work}
    beside = {".github/workflows/tests.yml", ".gitignore", "LICENSE", "README.md", "pyproject.toml"}
    assert names == {"tests/test_conformance.py", *beside, *package}
    assert len((folder / "tests" / "test_conformance.py").read_text().splitlines()) <= 8


@KIND
def test_nothing_of_the_templates_is_left(written, kind):
    for path in written(kind).rglob("*"):
        if path.is_file() and path.suffix not in (".png", ".typed"):
            text = path.read_text(encoding="utf-8")
            assert "{{" not in text
            assert "{%" not in text
            assert text.endswith("\n")
            assert not text.endswith("\n\n")


@KIND
def test_the_code_passes_ruff_and_every_option_is_described(written, kind):
    folder = written(kind)
    rules = ["--line-length=120", "--select=E,F,I,UP,B,SIM,RUF,PT,C4,D1", "--ignore=D107"]
    for command in (["check", *rules], ["format", "--check", "--line-length=120"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *command, "."], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
    tree = ast.parse((folder / "vbg_ink_wash" / "__init__.py").read_text())
    config = next((node for node in tree.body if isinstance(node, ast.ClassDef)), None)
    if config is None:  # it watches, and has no options
        return
    fields = [node for node in config.body if isinstance(node, ast.AnnAssign)]
    described = [node for node in config.body if isinstance(node, ast.Expr)]
    assert len(described) == len(fields) + 1


@KIND
def test_the_distribution_states_its_plugin_and_all_that_it_imports(written, kind, tmp_path):
    project = tomllib.loads((written(kind) / "pyproject.toml").read_text())["project"]
    assert project["name"] == "vbg-ink-wash"
    assert project["dependencies"][0] == f"vbg-framework>={__version__},<2"
    imported = {TOLD_AS.get(name, name) for path in written_modules(tmp_path) for name in tops(path)}
    declared_too = {line.partition(">")[0] for line in project["dependencies"]}
    assert imported <= declared_too
    assert project["entry-points"]["vbg_framework"] == {"vbg_ink_wash": "vbg_ink_wash"}


@KIND
def test_the_readme_holds_valid_commands_and_a_valid_registry(written, kind, monkeypatch, install):
    folder = written(kind)
    monkeypatch.syspath_prepend(str(folder))
    points = install("vbg_ink_wash", (folder / "vbg_ink_wash" / "__init__.py").read_text())
    monkeypatch.setattr("pages.load_plugins", lambda block: load_plugins(found=[*shipped(), *points]))
    found = blocks(folder / "README.md")
    said = [words for block in found if block.language == "bash" for words in commands(block)]
    assert trial(NAME, kind).split() in [["vbg", *words] for words in said]
    for words in said:
        parser().parse_args(words)
    for block in found:
        if block.language == "yaml":
            assert problems(block) == ""
    sys.modules.pop("vbg_ink_wash", None)


TOLD_AS = {"PIL": "pillow", "sklearn": "scikit-learn", "vbg_framework": "vbg-framework"}


def written_modules(folder):
    return sorted((folder / "vbg-ink-wash" / "vbg_ink_wash").glob("*.py"))


def tops(path):
    """The packages that a module imports, but those of Python and its own."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    found = {name.partition(".")[0] for name in names}
    return found - sys.stdlib_module_names - {"vbg_ink_wash"}


def shipped():
    from importlib.metadata import entry_points

    return entry_points(group="vbg_framework")


def test_an_existing_folder_is_left_as_it_is(tmp_path):
    (tmp_path / "vbg-ink-wash").mkdir()
    (tmp_path / "vbg-ink-wash" / "mine.txt").write_text("mine")
    with pytest.raises(VBGError, match="exists already"):
        write_package(NAME, "encoder", tmp_path)
    assert [path.name for path in (tmp_path / "vbg-ink-wash").iterdir()] == ["mine.txt"]


def test_a_link_to_nowhere_is_not_written_through(tmp_path):
    (tmp_path / "vbg-ink-wash").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(VBGError, match="exists already"):
        write_package(NAME, "encoder", tmp_path)


def test_a_folder_appears_complete_or_not_at_all(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vbg_framework.cli.scaffold.package.shutil.copyfile", full)
    with pytest.raises(VBGError, match="cannot be written .*No space left"):
        write_package(NAME, "dataset", tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_place_that_is_no_folder_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(VBGError, match="cannot be written .*Choose another place with --out"):
        write_package(NAME, "encoder", tmp_path / "file")


@pytest.mark.full
def test_every_new_package_passes_the_strict_type_check(tmp_path):
    cache = Path(__file__).parents[3] / ".mypy_cache" / "plugin"  # what it knows of torch is kept between runs
    packages = [
        write_package(Name(f"vbg-a-{kind}"), kind, tmp_path) / f"vbg_a_{kind.replace('-', '_')}" for kind in TRIED
    ]
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}", *map(str, packages)]
    environment = {**os.environ, "MYPYPATH": os.pathsep.join(str(package.parent) for package in packages)}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout
