import json
import subprocess

from vbg_framework.config.environment import environment
from vbg_framework.config.plugins import load_plugins


def test_what_may_explain_a_difference_is_recorded():
    found = environment(load_plugins())
    assert found["packages"]["torch"]
    assert found["plugins"]["vbg_vit"].startswith("vbg-framework ")
    assert found["command"].startswith("vbg")
    json.dumps(found)


def test_the_commit_is_marked_when_files_were_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert environment(load_plugins(found=[]))["git_commit"] is None
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    (tmp_path / "file").write_text("1")
    for command in (["init", "-q"], ["add", "file"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True)
    clean = environment(load_plugins(found=[]))["git_commit"]
    (tmp_path / "file").write_text("2")
    assert environment(load_plugins(found=[]))["git_commit"] == clean + "+changes"
