"""An exporter and a writer that come from a package alone."""

import pytest

from vbg_framework.cli import main

CODE = """
from contextlib import contextmanager

from vbg_framework import Component, Config, Exporter, VBGError, Writer, hookimpl


class NoteConfig(Config):
    "Options of the exporter `note`."

    ending: str = "."
    "What stands at the end."


class NoConfig(Config):
    "No options."


class Note(Exporter):
    def check(self):
        if self.config.ending == "?":
            raise VBGError("note", "no questions, got '?'", "End it otherwise.")

    def write(self, finished, folder):
        (folder / "note.txt").write_text(finished.name + self.config.ending)
        return "Read {folder}/note.txt"


class Lines(Writer):
    @contextmanager
    def open(self, path, columns, dialect):
        with path.open("w", encoding="utf-8") as file:
            yield lambda rows: file.writelines(f"{row['id']}: {row['form']}\\n" for row in rows)


@hookimpl
def vbg_components():
    return [
        Component("exporter", "note", NoteConfig, "vbg_note:Note"),
        Component("writer", "lines", NoConfig, "vbg_note:Lines"),
    ]
"""


@pytest.fixture
def own(install, monkeypatch, tmp_path):
    from importlib.metadata import entry_points

    points = [*entry_points(group="vbg_framework"), *install("vbg_note", CODE)]
    monkeypatch.setattr("vbg_framework.config.plugins.entry_points", lambda group: points)
    monkeypatch.chdir(tmp_path)


def test_a_package_exports_with_its_options(own, tiny_run, capsys):
    assert main(["export", str(tiny_run.path), "--to", "note", "--set", "ending=;", "--out", "notes"]) == 0
    assert capsys.readouterr().out.endswith("Read notes/note.txt\n")
    with open("notes/note.txt") as file:
        assert file.read() == "tiny;"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "nota"], "--to: unknown exporter type 'nota'. Did you mean 'note'?"),
        (["--to", "note", "--set", "endings=!"], "--to: unknown key 'endings'. Did you mean 'ending'?"),
        (["--to", "note", "--set", "ending='?'"], "note: no questions, got '?'. End it otherwise."),
        (["--to", "note", "--repo", "me/mine"], "--repo: only goes with"),
    ],
)
def test_mistakes_are_told_before_anything_is_written(own, tiny_run, tmp_path, capsys, words, message):
    assert main(["export", str(tiny_run.path), *words, "--out", "notes"]) != 0
    assert message in capsys.readouterr().err
    assert not (tmp_path / "notes").exists()


def test_a_package_writes_predictions(own, tiny_run, tmp_path, capsys):
    (tmp_path / "new.csv").write_text("id,title\n7,Celadon bowl\n")
    assert main(["predict", str(tiny_run.path), "new.csv", "--out", "kinds.lines"]) == 0
    assert (tmp_path / "kinds.lines").read_text().startswith("7: ")
    assert main(["predict", str(tiny_run.path), "new.csv", "--out", "kinds.line"]) != 0
    assert ".jsonld, .lines, .parquet" in capsys.readouterr().err
