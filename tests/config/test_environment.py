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


def test_a_repository_runs_no_program_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    (tmp_path / "file").write_text("1")
    for command in (["init", "-q"], ["add", "file"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], check=True)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path / 'sprung'}\ncat\n")
    program.chmod(0o755)
    (tmp_path / ".git" / "hooks" / "post-index-change").symlink_to(program)
    (tmp_path / ".git" / "more").write_text(f'[filter "a=b"]\nclean = {program}\n[core]\nfsmonitor = {program}\n')
    subprocess.run([*git, "config", "include.path", "more"], check=True)
    (tmp_path / ".gitattributes").write_text("file filter=a=b\n")
    (tmp_path / "file").write_text("2")
    assert environment(load_plugins(found=[]))["git_commit"].endswith("+changes")
    assert not (tmp_path / "sprung").exists()
    subprocess.run(["git", "status"], capture_output=True)
    assert (tmp_path / "sprung").exists()
