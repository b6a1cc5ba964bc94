"""Pages before anything is open."""

import pytest

from ui.pots import write_pots
from vbg_framework.ui.beginning import Beginning


@pytest.fixture
def begin(tmp_path, monkeypatch, reader):
    monkeypatch.chdir(tmp_path)
    return reader(None, beginning=Beginning(write_pots(tmp_path / "pots.csv"), tmp_path / "runs"))


def test_a_source_is_shown_first_and_read_when_somebody_says_so(begin, known, tmp_path):
    text = begin.get("/").text
    assert "60 rows" in text
    assert '<th scope="row">title</th><td>text' in text
    assert not (tmp_path / "registry.yaml").exists()
    assert begin.post("/begin", data={"form": known.form}).headers["location"] == "/"
    assert (tmp_path / "registry.yaml").exists()
    begin.app.state.desk.beginning.bench.wait()
    assert begin.get("/").headers["location"] == "/training"
    assert "60 records are read" in begin.get("/training").text
    assert "60 <span" in begin.get("/").text
    assert begin.post("/begin", data={"form": known.form}).status_code == 403


def test_a_column_that_cannot_be_learnt_is_named_and_the_best_one_shown(begin):
    text = begin.get("/?target=title").text
    assert "holds no classes" in text
    assert "To learn: kind" in text


def test_without_a_source_the_runs_are_shown(reader, tiny_run):
    client = reader(None)
    assert client.get("/").headers["location"] == "/runs"
    assert tiny_run.name in client.get("/runs").text
    assert client.get("/confusion").status_code == 404
    assert client.get("/training").status_code == 404
