"""The reports of the rounds of a run."""

from types import SimpleNamespace

import pytest

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.config.augmentation import LoopConfig
from vbg_framework.generation.round_reports import RoundReports


class Told:
    """A run that keeps what is said and announced."""

    def __init__(self, folder, patience=None):
        self.run, self.lines, self.hooks = RunFolder(folder), [], []
        loop = LoopConfig(rounds=4, patience=patience)
        self.resolved = SimpleNamespace(experiment=SimpleNamespace(loop=loop))
        self.screen = SimpleNamespace(say=self.lines.append)
        self.state = SimpleNamespace(is_main_process=True)

    def notify(self, hook, **about):
        self.hooks.append((hook, about["round"]))


def report(number, score):
    return {"round": number, "asked": {"jar": 3}, "kept": {"jar": 2}, "dropped": {"blank": {"jar": 1}}, "score": score}


def reports(told, *scores, higher_is_better=True):
    found = RoundReports(told, higher_is_better)
    for number, score in enumerate(scores, 1):
        found.tell(report(number, score))
    return found


def test_a_report_is_said_written_and_announced(tmp_path):
    told = Told(tmp_path)
    reports(told, 0.5)
    assert told.lines == [
        "Round 1/4: asked for 3, kept 2 (dropped: blank 1); score on the inner validation part 0.500."
    ]
    assert told.hooks == [("vbg_round_finished", 1)]
    assert told.run.read_json("rounds.json")[0]["score"] == 0.5


def test_a_round_that_was_told_before_an_interruption_is_not_told_again(tmp_path):
    reports(Told(tmp_path), 0.5)
    told = Told(tmp_path)
    assert reports(told, 0.9)[0]["score"] == 0.5
    assert not told.lines


@pytest.mark.parametrize(("higher", "scores", "best"), [(True, (0.5, 0.4, 0.3), 1), (False, (0.3, 0.5, 0.5), 1)])
def test_it_is_stale_when_patience_runs_out_and_the_best_round_is_used(tmp_path, higher, scores, best):
    found = reports(Told(tmp_path, patience=2), *scores, higher_is_better=higher)
    assert found.stale()
    assert found.used() == best


def test_without_patience_the_last_round_is_used(tmp_path):
    found = reports(Told(tmp_path), 0.5, 0.1)
    assert not found.stale()
    assert found.used() == 4
