import json
import os
from threading import Timer

import pytest
from faults.kill import ended
from faults.kill_scenarios import SCENARIOS
from faults.kill_traces import faults, settled, traces
from faults.kills import SETTINGS, Workshop, campaign, import_for
from filelock import FileLock


@pytest.fixture(autouse=True)
def _settings(monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


def test_a_process_is_killed_just_before_the_change_that_was_asked_for(tmp_path):
    def three() -> int:
        for name in "abc":
            (tmp_path / name).write_text(name)
        (tmp_path / "a").read_text()
        return 3

    assert ended(three, 3) == (None, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]
    assert ended(three) == (3, 3)


def test_what_is_wrong_is_seen(tmp_path):
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.csv.1-abcdef.partial").touch()
    assert [*faults(tmp_path, ended=True)] == ["half-written: a.json", "left over: b.csv.1-abcdef.partial"]
    (tmp_path / "a.json").write_text('{"seconds": 3, "n": "runs/x/20260101-101010"}')
    assert traces(tmp_path)["a.json"] == {"n": "runs/x/<id>"}
    rows = [{"metric": "training_seconds", "value": 3.2}, {"metric": "macro_f1", "value": 0.5}]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    assert traces(tmp_path)["a.json"] == [{"metric": "training_seconds", "value": True}, rows[1]]


def test_a_second_run_is_not_taken_for_the_first(tmp_path):
    for name in ("20260101-101010", "20260101-101011"):
        (tmp_path / "runs" / "x" / name).mkdir(parents=True)
        (tmp_path / "runs" / "x" / name / "config.yaml").touch()
    (tmp_path / "x-20260101-101010.csv").touch()
    assert [*traces(tmp_path)] == ["runs/x/<1>/config.yaml", "runs/x/<2>/config.yaml", "x-<id>.csv"]


def test_whoever_still_works_after_a_kill_is_waited_for(tmp_path):
    with FileLock(tmp_path / ".lock", thread_local=False) as lock:
        Timer(0.3, lock.release).start()
        assert settled(tmp_path)
        assert not lock.is_locked


def test_a_command_that_is_killed_and_given_again_ends_as_if_nobody_had_killed_it(tmp_path):
    import_for(["prepare", "init", "plugin", "decide"], tmp_path)
    for name, kills in (("prepare", 4), ("init", 2), ("plugin", 2), ("decide", 2)):
        workshop = Workshop(tmp_path, SCENARIOS[name])
        for number in range(kills):
            at = 1 + (workshop.changes - 1) * number // (kills - 1)
            assert workshop.kill(at) == [], (name, at)


@pytest.mark.full
def test_no_kill_of_any_command_changes_its_end(tmp_path):
    os.environ.update(SETTINGS)
    wrong = [found for found in campaign([*SCENARIOS], 300, 0, tmp_path) if found[-1]]
    assert wrong == []
