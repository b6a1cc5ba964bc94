"""`vbg explain` as it is typed."""

import shutil

import pyarrow.parquet as pq
from PIL import Image

from vbg_framework.base.run_folder import RunFolder
from vbg_framework.cli import main


def test_a_record_of_the_run_gets_its_page(tiny_run, tmp_path, capsys):
    one = pq.read_table(tiny_run.path / "predictions.parquet")["id"][0].as_py()
    assert main(["explain", str(tiny_run.path), one, "--task", "form", "--out", str(tmp_path / "why")]) == 0
    assert f"{one}: form" in capsys.readouterr().out
    assert "Training records alike" in next((tmp_path / "why").glob("*.html")).read_text()


def test_a_picture_and_its_text_are_explained(tiny_run, tmp_path, capsys):
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "p.png")
    given = [
        str(tmp_path / "p.png"),
        "--text",
        "a jug",
        "--task",
        "form",
        "--alike",
        "0",
        "--out",
        str(tmp_path / "why"),
    ]
    assert main(["explain", str(tiny_run.path), *given]) == 0
    assert (tmp_path / "why" / "p.png.html").is_file()
    assert "p.png: form" in capsys.readouterr().out


def test_mistakes_are_one_line(tiny_run, tmp_path, capsys):
    for given, told in (
        ([], "nothing to explain"),
        (["--check", "1"], "--check needs two objects or more, got 1"),
        (["nobody"], "no record 'nobody' in the run"),
        (["nobody", "--text", "a jug"], "no such picture"),
    ):
        assert main(["explain", str(tiny_run.path), *given, "--out", str(tmp_path)]) == 1
        assert told in capsys.readouterr().err


def test_pages_say_how_faithful_maps_were_measured_to_be(tiny_run, tmp_path, capsys):
    run = RunFolder(shutil.copytree(tiny_run.path, tmp_path / "run"))
    one = pq.read_table(run.path / "predictions.parquet")["id"][0].as_py()
    page = [one, "--task", "form", "--out", str(tmp_path / "why")]
    assert main(["explain", str(run.path), *page]) == 0
    (file,) = (tmp_path / "why").glob("*.html")
    assert "was not measured: vbg explain" in file.read_text()
    assert main(["explain", str(run.path), *page, "--check", "3"]) == 0
    assert "form, regions: " in capsys.readouterr().out
    assert "on 3 test objects: gain over a random order" in file.read_text()


def test_a_page_needs_a_folder(tiny_run, capsys):
    assert main(["explain", str(tiny_run.path), "nobody"]) == 1
    assert "pages need a folder" in capsys.readouterr().err
