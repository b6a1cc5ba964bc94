import shutil
import sys

from tiny import TINY

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.cli import main


def run(tmp_path, *arguments):
    return main(["run", *arguments, "--registry", str(TINY), "--runs", str(tmp_path)])


def test_the_screen_says_what_happens_and_where_the_report_lies(tmp_path, capsys):
    assert run(tmp_path, "tiny-text", "--set", "train.steps=2") == 0
    said = capsys.readouterr().out
    for word in ("Run ", "Data ", "Model ", "Training ", "Test ", "Took ", "Report "):
        assert word in said
    assert said.rstrip().endswith("report.html")


def test_a_mistake_leaves_no_run_folder_behind(tmp_path, capsys):
    assert run(tmp_path, "tiny", "--set", "train.step=2") == 1
    assert "unknown key 'step'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_resuming_takes_no_new_options(tmp_path, capsys):
    assert run(tmp_path, "tiny", "--resume", "--set", "train.steps=2") == 1
    assert "--resume continues with the options of the run" in capsys.readouterr().err


def test_nothing_to_resume_is_said(tmp_path, capsys):
    assert run(tmp_path, "tiny", "--resume") == 1
    assert "no interrupted run" in capsys.readouterr().err


def test_a_run_that_someone_else_works_on_is_left_alone(tmp_path, tiny_run, capsys):
    folder = RunFolder.create(tmp_path, "tiny", tiny_run.config()["experiment"], {})
    with folder.locked():
        assert run(tmp_path, folder.name, "--resume") == 1
    assert "another process is working on this" in capsys.readouterr().err


def test_no_processes_are_none(tmp_path, capsys):
    assert run(tmp_path, "tiny", "--processes", "-1") == 1
    assert "--processes: must be at least 1, got -1" in capsys.readouterr().err


def test_processes_that_end_before_their_time_are_told_with_what_to_do(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    assert run(tmp_path, "tiny-text", "--processes", "2") == 1
    said = capsys.readouterr().err
    assert "vbg: --processes: one of 2 processes did not come to its end" in said
    assert said.rstrip().endswith("vbg run tiny-text --resume")


def test_a_run_killed_before_its_report_is_resumed_with_the_report_alone(tmp_path, tiny_run, capsys):
    copy = RunFolder(shutil.copytree(tiny_run.path, tmp_path / "tiny" / "copy"))
    copy.write_json("state.json", {"finished": False})
    (copy.path / "report.html").unlink()
    assert copy.state == "interrupted"
    assert run(tmp_path, "tiny", "--resume") == 0
    said = capsys.readouterr().out
    assert (copy.state, (copy.path / "report.html").exists(), "Training" in said) == ("finished", True, False)


def test_processes_and_data_workers_import_nothing_from_the_working_folder(trap):
    changes = ["--set", "train.steps=2", "--set", "train.workers=1"]
    assert run(trap / "runs", "tiny-text", *changes, "--processes", "1") == 0
