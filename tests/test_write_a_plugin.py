"""The tutorial, stage by stage: what it says of the first plugin, and what becomes of it."""

import re
import sys
from pathlib import Path

import pytest
from pages import ROOT, blocks

from vbg_framework.base.run_folder import list_runs
from vbg_framework.cli import main
from vbg_framework.config.plugins import load_plugins
from vbg_framework.testing.processes import afresh, start_up

pytestmark = pytest.mark.slow

PAGE = blocks(ROOT / "docs" / "write-a-plugin.md")
FIRST, DECLARATION, AUGMENTER = (
    next(block.text for block in PAGE if block.file == file)
    for file in ("vbg_sepia.py", "vbg_sepia/__init__.py", "vbg_sepia/augmenter.py")
)


@pytest.fixture
def stage(tmp_path, install, monkeypatch):
    """Install one form of the plugin."""
    monkeypatch.chdir(tmp_path)

    def make(code, modules):
        for name in [name for name in sys.modules if name.partition(".")[0] == "vbg_sepia"]:
            del sys.modules[name]
        start_up._imported.cache_clear()  # a process checks one form of a plugin, except here
        afresh._process.cache_clear()
        install("vbg_sepia", code)
        for name, text in modules.items():
            path = Path("vbg_sepia") / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)

    return make


def check(capsys):
    """The exit status of `vbg plugin check`, and the first line of every failure."""
    capsys.readouterr()
    status = main(["plugin", "check", "vbg_sepia"])
    out, err = capsys.readouterr()
    assert not err
    return status, re.findall(r"^\w+: .+$", out, re.MULTILINE)


def made(choice):
    """How many records a tiny run trained on that the plugin made."""
    assert main(["run", "quickstart", "--tiny", "--set", choice, "--set", "loop.copies=false"]) == 0
    (run,) = list_runs(Path("runs"))
    return run.read_json("metrics.json")["generated"]["records"]


def test_the_first_plugin_has_twelve_lines():
    assert len([line for line in FIRST.splitlines() if line and not line.startswith("#")]) == 12


def test_the_first_plugin_works_and_breaks_the_promises_that_the_page_names(stage, capsys):
    stage(FIRST, {})
    assert made("augmenter.type=sepia") == 4
    status, failures = check(capsys)
    (told,) = (block.text.splitlines() for block in PAGE if block.language == "text")
    assert (status, failures) == (1, told)


def test_the_last_one_keeps_them_all(stage, capsys):
    stage(DECLARATION, {"__init__.py": DECLARATION, "augmenter.py": AUGMENTER})
    assert check(capsys) == (0, [])
    assert made("augmenter={type: sepia, strength: 0.8}") == 4


def test_an_implementation_of_a_hook_names_only_the_arguments_it_wants(install):
    code = """
        from vbg_framework import hookimpl

        heard = []

        @hookimpl
        def vbg_run_finished(error):
            heard.append(error)
    """
    plugins = load_plugins(found=install("vbg_listener", code))
    plugins.notify("vbg_run_finished", run=None, error="none")
    assert sys.modules["vbg_listener"].heard == ["none"]


@pytest.mark.parametrize(
    ("range_", "status"), [(">=1.0.0.dev0,<2", "loaded"), (">=2", "failed"), ("<1.0.0.dev0", "failed")]
)
def test_a_plugin_for_other_versions_is_kept_apart(install, range_, status):
    found = install("vbg_apart", DECLARATION.replace("vbg_sepia", "vbg_apart"), requires=f"vbg-framework {range_}")
    assert [plugin.status for plugin in load_plugins(found=found).statuses] == [status]
