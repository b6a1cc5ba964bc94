import pytest

from vbg_framework.cli import main, parser


def test_a_run_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["evaluate", "nothing", "table.csv", "--runs", str(tmp_path)]) == 1
    assert "no run 'nothing'" in capsys.readouterr().err


def test_a_table_is_needed():
    with pytest.raises(SystemExit):
        parser().parse_args(["evaluate", "run"])
