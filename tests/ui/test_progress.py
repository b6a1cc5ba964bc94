"""How far a run is."""

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.ui.progress import progress


def test_a_finished_run_has_its_scores(tiny_run):
    known = progress(tiny_run)
    assert known.state == "finished"
    assert known.step == known.steps == 12
    assert known.scores["form"] == tiny_run.metrics()["test"]["form"]["macro_f1"]


def test_a_run_at_work_says_its_step_and_its_last_words(tmp_path):
    run = RunFolder.create(tmp_path, "pots", {"train": {"steps": 300}}, {})
    assert (*progress(run)[1:4], progress(run).line) == ("interrupted", 0, 300, "")
    (run.path / "run.log").write_text(
        "2026-01-01 10:00:00+00:00  Data   pots\n2026-01-01 10:00:01+00:00  Training 50/300\n"
    )
    run.append({"step": 50})
    with run.locked():
        assert progress(run)[1:5] == ("running", 50, 300, ["Data   pots", "Training 50/300"])
    (run.path / "error.txt").write_text("why\npots: it broke\n")
    assert progress(run)[1:5] == ("failed", 50, 300, ["why", "pots: it broke"])


def test_a_damaged_folder_says_nothing(tmp_path):
    (tmp_path / "config.yaml").write_text("[")
    assert progress(RunFolder(tmp_path)).steps == 0


def test_what_a_process_said_before_it_died_is_kept_whole(tmp_path):
    run = RunFolder.create(tmp_path, "e", {"train": {"steps": 1}}, {})
    run.write_text(
        "run.log", "2026-01-01 00:00:00+00:00  Data   read\nTraceback (most recent call last):\nMemoryError\n"
    )
    assert progress(run).lines == ["Data   read", "Traceback (most recent call last):", "MemoryError"]
    assert progress(run).line == "MemoryError"
