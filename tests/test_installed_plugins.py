"""Plugins from outside as their users meet them: installed beside the framework's wheel, tested, and run.

The environment holds the wheel and the plugins only; everything they need is borrowed from the one the tests run in.
"""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from pages import ROOT

from vbg_framework.cli import main
from vbg_framework.cli.scaffold.package import TRIED

pytestmark = pytest.mark.slow

EXAMPLES = sorted((ROOT / "examples").glob("*/pyproject.toml"))
MIX = {"encoders.image": "encoder", "data": "dataset"} | {kind: kind for kind in ("fusion", "classifier", "augmenter")}


class Environment:
    """A virtual environment with the framework's wheel, the examples and a new plugin of every kind."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, folder / "env" / "bin"
        shell("uv", "venv", "--python", sys.executable, folder / "env", cwd=folder)
        (borrowed,) = (folder / "env").glob("lib/*/site-packages")
        (borrowed / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
        for kind in TRIED:
            assert main(["plugin", "new", f"vbg-new-{kind}", "--kind", kind, "--out", str(folder)]) == 0
        self.packages = [*sorted(folder.glob("vbg-new-*")), *(path.parent for path in EXAMPLES)]
        wheel = next((folder / "wheel").glob("*.whl"))
        install = ["uv", "pip", "install", "--no-deps", "--python", self.bin / "python"]
        shell(*install, wheel, *self.packages, cwd=folder)

    def call(self, *words: object) -> str:
        """What a command prints; fails if it does."""
        return shell(self.bin / words[0], *words[1:], cwd=self.folder)


def shell(*words: object, cwd: Path) -> str:
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run([*map(str, words)], cwd=cwd, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    command = ["uv", "build", "--wheel", "--out-dir", str(folder / "wheel"), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no wheel can be built here: {done.stderr[-300:]}")
    return Environment(folder)


def test_all_are_there_and_the_framework_is_the_installed_one(environment):
    said = environment.call("vbg", "plugins")
    for package in environment.packages:
        (line,) = (line for line in said.splitlines() if line.split()[1] == package.name)
        assert "loaded" in line
    where = environment.call("python", "-c", "import vbg_framework; print(vbg_framework.__file__)")
    assert where.startswith(str(environment.folder))


def test_their_own_tests_pass(environment):
    tests = [package / "tests" for package in environment.packages]
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        "-c",
        os.devnull,
        "--rootdir",
        environment.folder,
    ]
    said = environment.call("python", "-m", "pytest", *options, *tests)
    assert " passed" in said.splitlines()[-1]
    assert "failed" not in said.splitlines()[-1]


def test_new_plugins_of_all_kinds_work_together_in_a_run(environment):
    sets = [word for key, kind in MIX.items() for word in ("--set", f"{key}.type=new_{kind}")]
    said = environment.call("vbg", "run", "quickstart-image", "--tiny", *sets, "--set", "loop.copies=false")
    assert "Tasks: label (3 classes)" in said
    assert "image new_encoder + new_fusion + new_classifier" in said
    assert "Round 1/2: asked for 4, kept 4" in said
    assert re.search(r"Round 2/2: asked for (\d+), kept \1", said)  # fewer, if the first round's classifier knows them
    assert "report.html" in said.splitlines()[-1]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_the_registry_of_an_example_is_valid(environment, example):
    assert "0 problems" in environment.call("vbg", "check", "--registry", next(example.parent.rglob("registry.yaml")))
