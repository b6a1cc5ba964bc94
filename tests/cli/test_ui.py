"""`vbg ui` as it is typed."""

import pytest

from vbg_framework.cli import main
from vbg_framework.cli import ui as command


@pytest.fixture
def served(monkeypatch):
    """What would be served, with its options."""
    from vbg_framework.ui import server
    from vbg_framework.ui.guard import Pass

    kept = []
    known = Pass(frozenset())
    monkeypatch.setattr(server, "serve", lambda make, **options: kept.append((make(known).state.desk, options)))
    return kept


def test_a_run_is_served_on_this_machine_alone(tiny_run, served, tmp_path):
    assert main(["ui", str(tiny_run.path), "--corrections", str(tmp_path / "fixes.csv"), "--no-browser"]) == 0
    ((desk, options),) = served
    assert desk.bench.run.path == tiny_run.path
    assert desk.bench.file.path == tmp_path / "fixes.csv"
    assert desk.only == ""
    assert options == {"host": "127.0.0.1", "port": 0, "browser": False}


def test_a_data_set_is_served_without_a_run(served, tmp_path, monkeypatch, capsys):
    from tiny import TINY

    monkeypatch.chdir(tmp_path)
    assert main(["ui", "tiny-museum", "--registry", str(TINY), "--port", "8123"]) == 0
    ((desk, options),) = served
    assert desk.bench.run is None
    assert desk.bench.file.path == tmp_path / "corrections.csv"
    assert options["port"] == 8123
    assert main(["ui", "tiny-museum", "--registry", str(TINY), "--demo"]) == 1
    assert "only a run has a model" in capsys.readouterr().err


def test_without_the_extra_one_line_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(command, "find_spec", lambda name: True if name == "uvicorn" else None)
    assert main(["ui", "anything"]) == 1
    error = capsys.readouterr().err
    assert "starlette and python_multipart not installed" in error
    assert 'pip install "vbg-framework[ui]"' in error
    assert error.count("\n") == 1


def test_what_nobody_knows_is_named(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["ui", "no-such-run"]) == 1
    assert "no-such-run" in capsys.readouterr().err


def test_a_table_is_begun_with_and_nothing_named_is_the_list_of_runs(served, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pots.csv").write_text("id,title,kind\n")
    assert main(["ui", "pots.csv"]) == 0
    assert main(["ui"]) == 0
    assert [(desk.room, desk.beginning and desk.beginning.source.name) for desk, _ in served] == [
        (None, "pots.csv"),
        (None, None),
    ]


def test_a_file_that_is_no_table_is_refused_before_anything_is_served(served, tmp_path, capsys):
    (tmp_path / "notes.docx").write_bytes(b"PK")
    (tmp_path / "passwd").write_text("root:x:0:0\n")
    for name in ("notes.docx", "passwd"):
        assert main(["ui", str(tmp_path / name)]) == 1
        assert f"{name}: unknown kind of table" in capsys.readouterr().err
    assert not served


def test_pages_are_exported_into_a_new_folder_without_a_server(served, tmp_path, capsys, monkeypatch):
    from tiny import TINY

    monkeypatch.chdir(tmp_path)
    assert main(["ui", "tiny-museum", "--registry", str(TINY), "--export", "out/pages"]) == 0
    assert "out/pages/index.html" in capsys.readouterr().out.replace("\\", "/")
    assert (tmp_path / "out/pages/objects/0.html").is_file()
    assert main(["ui", "tiny-museum", "--registry", str(TINY), "--export", "out"]) == 1
    assert "cannot be made (File exists). Name a new folder: --export FOLDER." in capsys.readouterr().err
    assert main(["ui", "--export", "other"]) == 1
    assert "is neither a run nor a data set" in capsys.readouterr().err
    assert not served
