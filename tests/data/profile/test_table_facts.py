"""Looking through a table."""

import pytest

from vbg_framework.base.errors import VBGError
from vbg_framework.data.profile.table_facts import table_facts
from vbg_framework.data.readers.table import Table


def looked(tmp_path, text, name="t.csv"):
    (tmp_path / name).write_text(text)
    return table_facts(Table(tmp_path / name))


def test_rows_and_broken_rows_are_counted(tmp_path):
    facts = looked(tmp_path, "id,title,\n1,Bowl,\n2,Cup,\n3\n")
    assert (facts.rows, facts.broken, [*facts.columns]) == (2, 1, ["id", "title"])
    assert "as many cells" in facts.example


@pytest.mark.parametrize("above", ["Export\nDate: 2024\n", "Export,,\n2024,,\n"])
def test_lines_above_the_header_are_told(tmp_path, above):
    facts = looked(tmp_path, f"{above}id,title,kind\n1,Bowl,bowl\n2,Jug,jug\n")
    assert (facts.table.skip, [*facts.columns]) == (2, ["id", "title", "kind"])


def test_a_nameless_column_is_no_line_above_the_header(tmp_path):
    assert looked(tmp_path, ",title,kind\n1,Bowl,bowl\n2,Jug,jug\n").table.skip == 0


def test_keys_of_json_may_come_late(tmp_path):
    lines = '{"id": 1}\n' * 1200 + '{"id": 2, "late": "x"}\n'
    assert looked(tmp_path, lines, "t.jsonl").columns["late"].filled == 1


def test_a_table_without_rows_is_an_error(tmp_path):
    with pytest.raises(VBGError, match="holds no rows that can be read"):
        looked(tmp_path, "id,title\n")
