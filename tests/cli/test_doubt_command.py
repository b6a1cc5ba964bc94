"""`vbg doubt` as it is typed."""

from vbg_framework.cli import main


def test_the_screen_names_labels_table_page_and_corrections(tiny_run, tmp_path, capsys):
    given = [str(tiny_run.path), "--out", str(tmp_path / "out"), "--to", str(tmp_path / "c.csv")]
    assert main(["doubt", *given]) == 0
    said = capsys.readouterr().out
    assert "labels to look at" in said
    assert (tmp_path / "out" / "doubts.html").is_file()
    assert (tmp_path / "c.csv").is_file()
    assert main(["doubt", *given]) == 1
    assert "is there already" in capsys.readouterr().err


def test_an_unknown_task_is_named(tiny_run, capsys):
    assert main(["doubt", str(tiny_run.path), "--task", "fom"]) == 1
    assert "unknown task 'fom'" in capsys.readouterr().err
