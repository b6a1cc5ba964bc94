"""Which run begins when, and what becomes of failures."""

from concurrent.futures import Future
from dataclasses import replace

import pytest
from test_plan import PLAN

from vbg_framework.base.errors import VBGError
from vbg_framework.screen import Screen
from vbg_framework.study.engines import drive as module
from vbg_framework.study.engines.drive import TRIES, drive
from vbg_framework.study.engines.engine import Lost
from vbg_framework.study.folder import StudyFolder
from vbg_framework.study.plan import Replicate


class Scripted:
    """Ends runs at once, as the script says: run -> what went wrong, or exceptions one after the other."""

    def __init__(self, script=(), slots=1):
        self.script, self.slots, self.begun = dict(script), slots, []

    def submit(self, folder, trial):
        self.begun.append(str(trial))
        answer = self.script.get(str(trial))
        future = Future()
        if isinstance(answer, list) and answer:
            future.set_exception(answer.pop())
        else:
            future.set_result(answer or None)
        return future

    def check(self):
        pass

    def close(self):
        pass


class Dead(Scripted):
    """Takes runs and never ends them."""

    def submit(self, folder, trial):
        self.begun.append(str(trial))
        return Future()

    def check(self):
        raise VBGError("engine", "does not answer", "Start it again.")


@pytest.fixture
def folder(tmp_path):
    return StudyFolder.create(tmp_path, PLAN, {})


@pytest.mark.parametrize("slots", [1, 3])
def test_every_run_is_executed_once_and_copies_after_their_arm(folder, slots):
    engine = Scripted(slots=slots)
    assert drive(folder, engine, Screen()) == {}
    assert sorted(engine.begun) == sorted(str(trial) for trial in PLAN.trials())
    assert engine.begun.index("gan/01") < engine.begun.index("duplicate-gan/01")


def test_a_finished_run_is_not_repeated(folder):
    run = folder.run(next(PLAN.trials()))
    run.path.mkdir(parents=True)
    run.write_json("gates.json", [])
    engine = Scripted()
    drive(folder, engine, Screen())
    assert "gan/01" not in engine.begun
    assert len(engine.begun) == 5


def test_a_run_that_fails_stops_only_what_needs_it(folder):
    engine = Scripted({"gan/01": "gan: the loss is not finite."})
    failed = drive(folder, engine, Screen())
    assert {str(trial): problem for trial, problem in failed.items()} == {
        "gan/01": "gan: the loss is not finite.",
        "duplicate-gan/01": "duplicate-gan/01: copies the records of gan/01, which failed.",
    }
    assert "duplicate-gan/02" in engine.begun


def test_what_waits_for_the_tuning_of_a_run_that_failed_is_not_begun(tmp_path):
    tune = {"trials": 2, "metric": "macro_f1", "seed": 0, "space": {"a": [1, 2]}}
    arms = tuple(replace(arm, tune=tune) for arm in PLAN.arms[2:])
    plan = replace(PLAN, arms=arms, replicates=(Replicate(1, 5, 5), Replicate(2, 5, 6)))
    engine = Scripted({"none/01": "none/01: trial 1 failed."}, slots=2)
    failed = drive(StudyFolder.create(tmp_path, plan, {}), engine, Screen())
    assert [*failed.values()] == ["none/01: trial 1 failed.", "none/02: is tuned in none/01, which failed."]
    assert engine.begun == ["none/01"]


def test_a_run_whose_worker_died_is_given_to_another_one(folder):
    engine = Scripted({"none/02": [Lost("killed")]})
    assert drive(folder, engine, Screen()) == {}
    assert engine.begun.count("none/02") == 2


def test_a_run_that_kills_every_worker_is_given_up(folder):
    engine = Scripted({"none/02": [Lost("killed")] * 9})
    [problem] = drive(folder, engine, Screen()).values()
    assert engine.begun.count("none/02") == TRIES
    assert "none/02: its worker died 3 times" in problem


def test_an_engine_that_died_ends_the_study(folder, monkeypatch):
    monkeypatch.setattr(module, "PULSE", 0.01)
    with pytest.raises(VBGError, match="does not answer"):
        drive(folder, Dead(slots=2), Screen())


def test_those_who_work_at_the_same_time_begin_with_replicates_that_share_nothing(folder, monkeypatch):
    monkeypatch.setattr(module, "PULSE", 0.01)
    engine = Dead(slots=3)
    with pytest.raises(VBGError, match="does not answer"):
        drive(folder, engine, Screen())
    assert engine.begun == ["gan/01", "gan/02", "none/01"]
