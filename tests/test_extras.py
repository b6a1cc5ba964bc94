"""What the extras install. Two packages with the same files break each other: removing one takes files of the other."""

import csv
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter

import pytest
from packaging.requirements import Requirement
from pages import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
SAME = {"xgboost", "xgboost-cpu"}  # both hold the module xgboost
PLATFORMS = ["linux", "darwin", "win32"]
EVERYTHING = [line for lines in (*EXTRAS.values(), *GROUPS.values()) for line in lines]


def wanted(lines, platform):
    """Names of the packages that are installed on a platform."""
    found = [Requirement(line) for line in lines]
    return {need.name for need in found if not need.marker or need.marker.evaluate({"sys_platform": platform})}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_one_package_of_boosted_trees_and_on_linux_the_one_without_cuda(platform):
    for lines in (EXTRAS["xgboost"], GROUPS["dev"], EVERYTHING):
        assert wanted(lines, platform) & SAME == {"xgboost" if platform == "darwin" else "xgboost-cpu"}


class Environment:
    """A project with the packages of this one, and an environment of its own."""

    def __init__(self, folder):
        self.folder = folder
        shutil.copy(ROOT / "pyproject.toml", folder)
        if (ROOT / "uv.lock").exists():
            shutil.copy(ROOT / "uv.lock", folder)
        self.sync()
        self.packages = next(folder.glob(".venv/lib/*/site-packages"))
        self.plain = self.owners()

    def sync(self, *options):
        """Bring the packages to what the options name, and no others; then torch must be whole."""
        command = ["uv", "sync", "--no-install-project", "--no-default-groups", "--python", sys.executable, *options]
        self.call(*command)
        self.call(self.folder / ".venv" / "bin" / "python", "-c", "import torch")

    def owners(self):
        """File -> names of the packages it belongs to."""
        found = {}
        for record in self.packages.glob("*.dist-info/RECORD"):
            for file, *_ in csv.reader(record.read_text(encoding="utf-8").splitlines()):
                found.setdefault(file, set()).add(record.parent.name)
        return found

    def gone(self):
        """Files of the packages that are not there."""
        return [file for file in self.owners() if not (self.packages / file).exists()]

    def call(self, *words):
        """What a command prints; fails if it does."""
        clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        clean["MACOSX_DEPLOYMENT_TARGET"] = "14.0"  # the oldest that torch is built for
        done = subprocess.run([*map(str, words)], cwd=self.folder, env=clean, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    if shutil.which("uv") is None:
        pytest.skip("uv is not installed")
    asked = ["uv", "pip", "compile", "--refresh-package", "iniconfig", "-"]
    if subprocess.run(asked, input="iniconfig", capture_output=True, text=True).returncode:
        pytest.skip("the package index does not answer")
    return Environment(tmp_path_factory.mktemp("extras"))


CHOICES = [*(["--extra", name] for name in EXTRAS), ["--group", "full"], ["--all-extras", "--all-groups"]]


@pytest.mark.full
@pytest.mark.parametrize("options", CHOICES, ids=" ".join)
def test_what_an_extra_brings_goes_again_and_leaves_torch_whole(environment, options):
    environment.sync(*options)
    now = environment.owners()
    assert {file: now[file] for file in environment.plain if now[file] != environment.plain[file]} == {}
    environment.sync()
    assert environment.owners() == environment.plain
    assert environment.gone() == []


@pytest.mark.full
@pytest.mark.parametrize("python", ["3.11", "3.14"])
@pytest.mark.parametrize("system", ["linux", "aarch64-unknown-linux-gnu", "macos", "windows"])
def test_every_platform_has_wheels_of_everything_and_none_twice(environment, system, python):
    target = ["--python-platform", system, "--python-version", python]
    options = ["--all-extras", "--group", "dev", "--group", "full", "--only-binary", ":all:", "--no-annotate"]
    said = environment.call("uv", "pip", "compile", *options, *target, "pyproject.toml")
    names = [line.partition("==")[0] for line in said.splitlines() if not line.startswith("#")]
    assert "torch" in names
    kinds = Counter(re.sub(r"-(cpu|gpu|cu\d+)$", "", name) for name in names)  # xgboost-cpu: a kind of xgboost
    assert {name: count for name, count in kinds.items() if count > 1} == {}
