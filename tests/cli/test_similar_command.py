"""`vbg similar` as it is typed."""

import pyarrow.parquet as pq

from vbg_framework.cli import main


def test_a_record_gets_a_table_and_a_page(tiny_run, tmp_path, capsys):
    one = pq.read_table(tiny_run.path / "predictions.parquet")["id"][0].as_py()
    assert main(["similar", str(tiny_run.path), one, "--count", "3", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "similarity" in said
    assert (tmp_path / "similar.html").is_file()


def test_mistakes_are_one_line(tiny_run, capsys):
    for given, told in (
        ([], "nothing to compare with"),
        (["nobody"], "no record of the run has the id 'nobody'"),
        (["--text", "jug", "--count", "0"], "must be at least 1, got 0"),
        (["nobody", "--text", "jug"], "'nobody': no such picture"),
    ):
        assert main(["similar", str(tiny_run.path), *given]) == 1
        assert told in capsys.readouterr().err
