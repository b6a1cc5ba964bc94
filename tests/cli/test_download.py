"""What follows `vbg data download NAME`."""

import pytest

from vbg_framework.cli import main
from vbg_framework.cli.download import parser


def test_who_asks_must_be_said_and_limits_are_above_zero(capsys):
    for words in ([], ["--contact", "a@b.org", "--rate", "0"], ["--contact", "a@b.org", "--most-gb", "nan"]):
        with pytest.raises(SystemExit):
            parser("download").parse_args(words)
    assert "expected a number above 0" in capsys.readouterr().err
    options = parser("download").parse_args(["--contact", "a@b.org", "--private", "a", "--private", "b"])
    assert (options.rate, options.largest_mb, options.most_gb, options.private) == (1.0, 50.0, 20.0, ["a", "b"])


def test_a_data_set_whose_pictures_are_there_needs_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("id,title,kind\n1,Jug,jug\n")
    registry = (
        "version: 1\ndatasets:\n  pots: {type: table, path: t.csv, id: id, text: [title], targets: {kind: kind}}\n"
    )
    (tmp_path / "registry.yaml").write_text(registry)
    assert main(["data", "download", "pots", "--contact", "a@b.org"]) == 0
    assert "no address of a picture is left" in capsys.readouterr().out
    assert main(["data", "download", "pottery", "--contact", "a@b.org"]) == 1
    assert "pots" in capsys.readouterr().err
