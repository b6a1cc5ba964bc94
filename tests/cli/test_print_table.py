from vbg_framework.cli.print_table import print_table


def test_columns_are_aligned(capsys):
    print_table(("name", "value"), [("a", "1"), ("longer", "2")])
    assert capsys.readouterr().out.splitlines() == ["name    value", "a       1", "longer  2"]


def test_no_rows_print_nothing(capsys):
    print_table(None, [])
    assert capsys.readouterr().out == ""


def test_on_a_terminal_the_last_column_is_wrapped(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "40")
    print_table(None, [("key", "word " * 12)])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 1
    assert all(len(line) <= 40 for line in lines)
    assert lines[1].startswith("     word")
