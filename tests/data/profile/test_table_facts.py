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


def test_records_by_their_ids_are_no_list(tmp_path):
    with pytest.raises(VBGError, match="is one object that holds 3 others, such as 'a', and no list of them. Write it"):
        looked(tmp_path, '{"a": {"kind": "x"}, "b": {"kind": "y"}, "c": {"kind": "x"}}', "t.json")


def test_a_table_without_rows_is_an_error(tmp_path):
    with pytest.raises(VBGError, match="holds no rows that can be read"):
        looked(tmp_path, "id,title\n")


def test_a_line_over_groups_of_columns_is_above_the_header(tmp_path):
    above = "Master,Master,Content,Content\n"
    facts = looked(tmp_path, f"{above}id,title,kind,note\n1,Bowl,bowl,a\n2,Jug,jug,b\n")
    assert (facts.table.skip, [*facts.columns]) == (1, ["id", "title", "kind", "note"])


@pytest.mark.parametrize("count", [1, 4])
def test_a_header_that_comes_again_is_a_broken_row(tmp_path, count):
    part = "id,title,kind\n1,Bowl,bowl\n2,Jug,jug\n3,Cup,cup\n"
    facts = looked(tmp_path, part * (count + 1))
    assert (facts.broken, facts.columns["kind"].values["kind"]) == (count, 0)
    assert "repeats the header" in facts.example


def test_a_table_without_a_header_is_told(tmp_path):
    rows = "".join(f"{n},Vessel {n},{('jug', 'bowl')[n % 2]},{('clay', 'glass')[n % 2]}\n" for n in range(9))
    with pytest.raises(VBGError, match=r"seems to have no header.*names of the columns above it"):
        looked(tmp_path, rows)


@pytest.mark.parametrize("sign", ["^", " ", "~"])
def test_cells_that_nothing_known_separates_are_told(tmp_path, sign):
    with pytest.raises(VBGError, match="has one column only"):
        looked(tmp_path, "".join(sign.join(cells) + "\n" for cells in (("id", "kind"), ("1", "jug"), ("2", "cup"))))


def test_columns_that_share_a_name_are_left_out(tmp_path):
    facts = looked(tmp_path, "id,title,kind,title\n1,Bowl,bowl,x\n2,Jug,jug,y\n")
    assert ([*facts.columns], facts.twice) == (["id", "kind"], ("title",))
