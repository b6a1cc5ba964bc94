import subprocess
import sys

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.cli.scaffold import installation
from vbg_framework.cli.scaffold.installation import install


def test_a_folder_that_is_no_package_is_refused(tmp_path):
    with pytest.raises(VBGError, match=r"holds no pyproject\.toml"):
        install(tmp_path)


def told(monkeypatch, has_pip, uv):
    commands = []

    def run(command, **_):
        commands.append(command)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(installation, "find_spec", lambda name: has_pip or None)
    monkeypatch.setattr(installation.shutil, "which", lambda name: uv)
    monkeypatch.setattr(installation.subprocess, "run", run)
    monkeypatch.delenv("UV", raising=False)
    return commands


@pytest.mark.parametrize(
    ("has_pip", "uv", "beginning"),
    [
        (True, "/bin/uv", [sys.executable, "-m", "pip", "install"]),
        (False, "/bin/uv", ["/bin/uv", "pip", "install", "--python", sys.executable]),
    ],
    ids=["pip", "uv"],
)
def test_the_environment_of_vbg_gets_it_with_what_there_is(tmp_path, monkeypatch, has_pip, uv, beginning):
    (tmp_path / "pyproject.toml").write_text("")
    commands = told(monkeypatch, has_pip, uv)
    install(tmp_path)
    assert commands == [[*beginning, "--editable", str(tmp_path)]]


def test_without_pip_and_uv_the_way_to_get_one_is_told(tmp_path, monkeypatch):
    (tmp_path / "pyproject.toml").write_text("")
    told(monkeypatch, False, None)
    with pytest.raises(VBGError, match="neither pip nor uv.* -m ensurepip"):
        install(tmp_path)
