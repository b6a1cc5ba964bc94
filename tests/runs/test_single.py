"""One picture or text from the command line."""

from PIL import Image

from vbg_framework.cli import main
from vbg_framework.learning.prediction.prediction import Prediction
from vbg_framework.runs.single import answer_rows


def test_a_picture_and_a_text_are_answered_on_the_screen(tiny_run, tmp_path, capsys):
    Image.new("RGB", (40, 50), (200, 30, 30)).save(tmp_path / "a.png")
    for words in ([str(tmp_path / "a.png")], ["--text", "A bowl"], [str(tmp_path / "a.png"), "--text", "A bowl"]):
        assert main(["predict", str(tiny_run.path), *words]) == 0
        _, *rows = capsys.readouterr().out.partition("task ")[2].splitlines()
        assert rows
        assert all(0 <= float(row.split()[2]) <= 1 for row in rows)


def test_what_cannot_be_answered_is_one_line(tiny_run, tmp_path, capsys):
    (tmp_path / "b.png").write_bytes(b"no picture")
    for words, told in (
        ([], "nothing to predict. Give a table, a folder, a picture or --text."),
        (["new.csv"], "no file to write. Name one: --out answers.csv."),
        (["a.png", "--out", "x.csv"], "one picture or text is answered on the screen"),
        ([str(tmp_path / "absent.png")], "no such file or folder"),
        ([str(tmp_path / "b.png")], "not an image"),
    ):
        assert main(["predict", str(tiny_run.path), *words]) == 1
        assert told in capsys.readouterr().err


def test_rows_name_the_class_the_set_and_every_probability():
    kind = {"bowl": 0.25, "jar": 0.75}
    said = Prediction("", {"kind": "jar", "tags": ()}, {"kind": kind, "tags": {"x": 0.1}}, {"kind": ["jar", "bowl"]})
    assert [*answer_rows(said, False)] == [
        ("kind", "jar", "0.750", "jar, bowl"),
        ("tags", "none of them", "0.100", ""),
    ]
    assert [*answer_rows(said, True)][1:3] == [("", "jar", "0.750", ""), ("", "bowl", "0.250", "")]
