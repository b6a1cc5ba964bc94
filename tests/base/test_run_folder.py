import json
import multiprocessing
import os
import signal

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.base.run_folder import RunFolder, find_run, list_runs


@pytest.fixture
def run(tmp_path):
    return RunFolder.create(tmp_path, "exp", {"seed": 1}, {"python": "3"})


def finish(run):
    (run.path / "model").mkdir()
    run.write_json("model/model.json", {})
    run.write_json("metrics.json", {"test": {}})
    run.finish()


def test_a_new_run_holds_its_config_and_environment(run):
    assert run.config() == {"name": "exp", "experiment": {"seed": 1}}
    assert run.read_json("environment.json") == {"python": "3"}
    assert run.name == f"exp/{run.path.name}"


def test_two_runs_in_one_second_get_two_folders(tmp_path):
    names = {RunFolder.create(tmp_path, "exp", {}, {}).name for _ in range(3)}
    assert len(names) == 3


def test_lines_behind_a_step_are_forgotten(run):
    for step in (1, 2, 3):
        run.append({"step": step})
    run.forget_after(2)
    assert [line["step"] for line in run.lines()] == [1, 2]


def test_a_line_cut_short_by_a_crash_is_left_out(run):
    run.append({"step": 1})
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2, "lo')
    assert run.lines() == [{"step": 1}]
    run.forget_after(1)
    assert json.loads((run.path / "metrics.jsonl").read_text()) == {"step": 1}


def test_numbers_that_json_cannot_hold_are_refused(run):
    with pytest.raises(ValueError, match="JSON"):
        run.append({"step": 1, "loss": float("nan")})


def test_the_state_follows_from_the_files(run):
    assert run.state == "interrupted"
    run.write_text("error.txt", "x")
    assert run.state == "failed"
    finish(run)
    assert run.state == "finished"


def test_a_run_is_finished_by_its_mark_alone(run):
    (run.path / "model").mkdir()
    run.write_json("model/model.json", {})
    run.write_json("metrics.json", {"test": {}})
    assert (run.measured, run.state) == (True, "interrupted")
    run.finish()
    assert run.state == "finished"
    (run.path / "state.json").write_text("{")
    assert run.state == "interrupted"
    (run.path / "state.json").unlink()  # of an earlier version
    assert run.state == "finished"


def test_the_state_is_read_without_writing_anything(run):
    before = sorted(run.path.iterdir())
    assert run.state == "interrupted"
    assert sorted(run.path.iterdir()) == before


@pytest.mark.parametrize("content", ["", "{", "[]", '{"test": 1}', '{"test": {"a": []}}', "\xff", "[" * 5000])
def test_damaged_metrics_are_named(run, content):
    (run.path / "metrics.json").write_text(content)
    with pytest.raises(VBGError, match=r"metrics.json: is damaged .*run exp again"):
        run.metrics()


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "a/b", "a\0b", "x" * 300, "..", ""])
def test_a_name_that_is_no_folder_is_refused(tmp_path, name):
    with pytest.raises(VBGError, match="cannot be that of a folder"):
        RunFolder.create(tmp_path, name, {}, {})


@pytest.mark.parametrize("name", ["/tmp", "a\0b", "x" * 300, "x" * 5000, "**", "[a"])
def test_a_run_is_looked_for_by_any_name(tmp_path, name):
    assert list_runs(tmp_path, name) == []
    with pytest.raises(VBGError, match="no run"):
        find_run(tmp_path, name)


def _hold(path, ready):
    with RunFolder(path).locked():
        ready.set()
        signal.pause()


def test_a_run_is_running_while_its_process_lives_and_interrupted_after_a_kill(run):
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    process = context.Process(target=_hold, args=(run.path, ready))
    process.start()
    ready.wait(10)
    assert run.state == "running"
    with pytest.raises(VBGError, match="another process"), run.locked():
        pass
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert run.state == "interrupted"


def test_a_run_is_found_by_folder_name_id_or_experiment(tmp_path, run):
    newer = RunFolder.create(tmp_path, "exp", {}, {})
    for name in (str(run.path), run.name, run.path.name):
        assert find_run(tmp_path, name).path == run.path
    assert find_run(tmp_path, "exp").path == newer.path
    finish(run)
    assert find_run(tmp_path, "exp").path == run.path
    assert [r.name for r in list_runs(tmp_path)] == [run.name, newer.name]
    with pytest.raises(VBGError, match="no run 'nothing'"):
        find_run(tmp_path, "nothing")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(VBGError, match="cannot make the run folder"):
        RunFolder.create(tmp_path / "file", "exp", {}, {})


def test_runs_of_studies_have_names_of_their_own(tmp_path):
    names = set()
    for study in ("s/20260101-000000", "s/20260101-000001", "t/20260101-000000"):
        folder = tmp_path / study / "runs" / "plain" / "01"
        folder.mkdir(parents=True)
        (tmp_path / study / "plan.json").write_text("{}")
        names.add(RunFolder(folder).name)
    assert names == {f"{study}/plain/01" for study in ("s/20260101-000000", "s/20260101-000001", "t/20260101-000000")}
