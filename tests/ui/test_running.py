"""Pages about runs and studies."""

from dataclasses import replace

import pytest

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.ui.guard import FRAMED
from vbg_framework.ui.training import Training


def test_the_list_names_every_run_with_its_state(client, tiny_run, house):
    made = RunFolder.create(house.runs, "pots", {"train": {"steps": 300}}, {})
    try:
        with made.locked():
            made.append({"step": 30})
            text = client.get("/runs").text
    finally:
        import shutil

        shutil.rmtree(made.path.parent)
    assert tiny_run.name in text
    assert "step 30 of 300" in text
    assert 'http-equiv="refresh"' in text
    assert 'http-equiv="refresh"' not in client.get("/runs").text


def test_the_report_of_a_run_stands_in_a_page_that_may_do_nothing(client, tiny_run):
    answer = client.get(f"/runs/{tiny_run.name}/report")
    assert answer.content == (tiny_run.path / "report.html").read_bytes()
    assert answer.headers["content-security-policy"] == FRAMED
    assert client.get("/runs/../../etc/report").status_code == 404


def test_another_run_is_opened_and_forms_of_the_one_before_are_refused(client, known, tiny_run, decide):
    assert client.post("/runs", data={"form": known.form, "run": "no/run"}).status_code == 404
    assert client.post("/runs", data={"form": known.form, "run": tiny_run.name}).headers["location"] == "/"
    assert client.app.state.desk.bench.run.path == tiny_run.path
    refused = decide(kind="accept", place="0", task="form")
    assert refused.status_code == 403
    assert client.app.state.desk.bench.file.ledger.decisions() == []


def test_the_data_card_stands_in_a_frame(client):
    assert "sandbox" in client.get("/data").text
    assert "objects" in client.get("/data/card").text


@pytest.fixture
def study(house):
    """A study with nothing done."""
    from tiny import TINY

    from vbg_framework.config.environment import environment
    from vbg_framework.config.opened import open_registry
    from vbg_framework.study.folder import StudyFolder
    from vbg_framework.study.make import make_plan

    registry, plugins = open_registry(TINY)
    return StudyFolder.create(house.studies, make_plan("tiny-study", registry, plugins, []), environment(plugins))


def test_a_study_says_how_far_it_is_and_shows_its_report(client, study):
    assert f"/studies/{study.name}" in client.get("/runs").text
    text = client.get(f"/studies/{study.name}").text
    assert "0 of 6 runs are done" in text
    assert "more" in text
    answer = client.get(f"/studies/{study.name}/report")
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == FRAMED
    assert not (study.path / "report.html").exists()
    assert client.get("/studies/none/report").status_code == 404


def test_the_page_of_a_training_that_died_shows_its_last_words(bench, reader, tmp_path):
    run = RunFolder.create(tmp_path, "pots", {"train": {"steps": 3}}, {})
    run.write_text("run.log", "Traceback (most recent call last):\nMemoryError: <b>\n")
    client = reader(bench)
    client.app.state.desk = replace(client.app.state.desk, training=Training("pots", tmp_path / "r.yaml", tmp_path))
    assert "<pre>Traceback (most recent call last):\nMemoryError: &lt;b&gt;</pre>" in client.get("/training").text
