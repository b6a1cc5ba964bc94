"""`vbg export`."""

from pathlib import Path

import pytest

from vbg_framework.cli import main


@pytest.fixture
def export(tiny_run, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        status = main(["export", "tiny", "--runs", str(tiny_run.path.parents[1]), *arguments])
        return status, capsys.readouterr()

    return call


def test_a_folder_is_written_and_predicts(export, tiny_run, capsys):
    status, said = export("--to", "folder")
    folder = Path("export") / f"tiny-{tiny_run.path.name}"
    assert status == 0
    assert f"Wrote  {folder}\n" in said.out
    Path("new.csv").write_text("title\nA blue bowl\n")
    assert main(["predict", str(folder), "new.csv", "--out", "said.csv"]) == 0
    assert "1 rows, 0 with a problem" in capsys.readouterr().out
    status, said = export("--to", "folder")
    assert status == 1
    assert "exists already. Choose a new folder for --out." in said.err


def test_without_a_repository_only_the_folder_is_written(export):
    status, said = export("--to", "hub", "--out", "model")
    assert status == 0
    assert "Upload it with: hf upload OWNER/NAME model" in said.out
    assert Path("model/README.md").read_text().startswith("---\nlibrary_name: vbg-framework\n")


def test_an_upload_comes_after_the_folder_and_says_where(export, monkeypatch):
    asked = []
    monkeypatch.setenv("HF_TOKEN", "hf_of_a_test")
    monkeypatch.setattr(
        "vbg_framework.runs.export.hub.upload", lambda *given, **more: asked.append((given, more)) or "there"
    )
    status, said = export("--to", "hub", "--repo", "museum/pots", "--private", "--out", "model")
    assert (status, asked) == (0, [((Path("model"), "museum/pots"), {"private": True})])
    assert "Uploaded to there" in said.out
    assert Path("model/model/model.safetensors").is_file()


def test_onnx_says_how_near_it_is(export, monkeypatch):
    monkeypatch.setattr("vbg_exporters.forms.write_onnx", lambda finished, folder: "largest difference 1e-8")
    status, said = export("--to", "onnx", "--out", "graph")
    assert (status, Path("graph").is_dir()) == (0, True)
    assert "Compared with the model: largest difference 1e-8." in said.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "folder", "--repo", "a/b"), "--repo: only goes with --to hub, got --to folder"),
        (("--to", "hub", "--private"), "--private: only goes with --repo"),
        (("--to", "hub", "--repo", "pots"), "a repository has an owner, got 'pots'"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_any_work(export, arguments, message):
    status, said = export(*arguments)
    assert status == 1
    assert message in said.err
    assert not list(Path().iterdir())


def test_a_run_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["export", "absent", "--to", "folder", "--runs", str(tmp_path)]) == 1
    assert "no run 'absent'" in capsys.readouterr().err
